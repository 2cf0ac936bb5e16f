//! Where we are, who works here, and for whom: the first start, and what is changed later.

use crate::{
    accounts::read_plan,
    communes,
    desk::Desk,
    error::Error,
    form::{SetUpForm, SiteForm, StructureForm},
    ledger::{
        Op,
        accounts::{self, AccountPlan},
        audits::Act,
        settings, sites,
        sites::SitePlan,
        structures,
    },
    session::Deed,
    view::{DeskSituation, Idle, Settings, Site},
};
use passerelle_domain::{
    commune::{Commune, CommuneFault, InseeCode, Postcode},
    fault::FaultList,
    id::SiteId,
    label::{read_label, read_optional_label},
    role::Role,
    siret::{Siret, SiretFault},
};

/// Communes offered at once.
const COMMUNES_OFFERED: usize = 8;

impl Desk {
    /// All that every screen shows around its content.
    ///
    /// # Errors
    /// The ledger.
    pub fn situation(&self) -> Result<DeskSituation, Error> {
        self.as_machine().read(|db| {
            let site = settings::find_site(db)?
                .map(|id| sites::get(db, id))
                .transpose()?;
            let account = self.session.account().map(|id| accounts::get(db, id));
            Ok(DeskSituation {
                is_set_up: site.is_some() && settings::find_account(db)?.is_some(),
                today: self.surroundings.today(),
                clock: self.clock_standing(db)?,
                structure: structures::find(db)?,
                site,
                account: account.transpose()?,
                link: self.link_view(db)?,
                settings: settings::load(db)?,
                protection: self.secrets.protection(),
                idle: settings::load_idle(db)?,
                version: env!("CARGO_PKG_VERSION").to_owned(),
            })
        })
    }

    /// The first start, all at once: nothing is written unless everything can be.
    ///
    /// # Errors
    /// What is to be corrected, each field named by its path in the form; [`Error::NotAllowed`] once it is done.
    pub fn set_up(&self, form: &SetUpForm) -> Result<(), Error> {
        let mut faults = FaultList::default();
        let account = read_plan(&form.account, "account.", &mut faults);
        let structure = read_structure(&form.structure, "structure.", &mut faults);
        let sites = read_sites(&form.sites, &mut faults);
        let (Some(plan), Some((structure, siret)), Some(plans)) = (account, structure, sites) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        // Whoever sets a site up answers for it.
        let role = Role::Manager;
        let plan = AccountPlan { role, ..plan };
        let first = self.as_machine().write(Op::Settle, |db| {
            if settings::find_account(db)?.is_some() {
                return Err(Error::NotAllowed);
            }
            structures::save(db, &structure, siret.as_ref())?;
            let account = accounts::insert(db, &plan)?;
            let ids = plans
                .iter()
                .map(|plan| sites::insert(db, plan))
                .collect::<Result<Vec<SiteId>, _>>()?;
            if let Some(first) = ids.first() {
                settings::set_site(db, *first)?;
            }
            settings::set_account(db, account)?;
            accounts::get(db, account)
        })?;
        self.session.begin(&first);
        Ok(())
    }

    /// Communes by letters of their name, by postcode or by code; the largest first.
    #[must_use]
    pub fn find_communes(&self, text: &str) -> Vec<Commune> {
        communes::find(text, COMMUNES_OFFERED)
            .into_iter()
            .cloned()
            .collect()
    }

    /// Changes who is paid.
    ///
    /// # Errors
    /// What is to be corrected.
    pub fn change_structure(&self, form: &StructureForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Manage)?;
        let mut faults = FaultList::default();
        let Some((name, siret)) = read_structure(form, "", &mut faults) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        ledger.write(Op::Settle, |db| {
            // Clearing pays, and answers, under the SIRET that it has confirmed.
            let confirmed = structures::find_confirmed(db)?;
            if confirmed.is_some() && confirmed != siret {
                faults.note("siret", SiretFault::Enrolled);
                return Err(Error::Fields(faults.into_vec()));
            }
            structures::save(db, &name, siret.as_ref())?;
            self.note(db, Act::ChangeStructure, 1)
        })
    }

    /// Every site of the structure.
    ///
    /// # Errors
    /// The ledger.
    pub fn list_sites(&self) -> Result<Vec<Site>, Error> {
        let ledger = self.as_person(Deed::Look)?;
        ledger.read(|db| sites::list(db))
    }

    /// Adds a site; gives its row.
    ///
    /// # Errors
    /// What is to be corrected.
    pub fn add_site(&self, form: &SiteForm) -> Result<SiteId, Error> {
        let ledger = self.as_person(Deed::Manage)?;
        let plan = plan_site(form)?;
        ledger.write(Op::Settle, |db| {
            let id = sites::insert(db, &plan)?;
            self.note(db, Act::AddSite, id.0)?;
            Ok(id)
        })
    }

    /// Changes a site.
    ///
    /// # Errors
    /// What is to be corrected; it is not there.
    pub fn change_site(&self, id: SiteId, form: &SiteForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Manage)?;
        let plan = plan_site(form)?;
        ledger.write(Op::Settle, |db| {
            sites::update(db, id, &plan)?;
            self.note(db, Act::ChangeSite, id.0)
        })
    }

    /// Works at another site from now on.
    ///
    /// # Errors
    /// It is not there.
    pub fn use_site(&self, id: SiteId) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        ledger.write(Op::Settle, |db| {
            sites::get(db, id)?;
            settings::set_site(db, id)
        })
    }

    /// Keeps what a person chose.
    ///
    /// # Errors
    /// The ledger.
    pub fn change_settings(&self, settings: &Settings) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        ledger.write(Op::Settle, |db| settings::save(db, settings))
    }

    /// Says after how long without anybody the screen hides itself.
    ///
    /// # Errors
    /// The ledger.
    pub fn change_idle(&self, idle: Idle) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Manage)?;
        ledger.write(Op::Settle, |db| {
            settings::save_idle(db, idle)?;
            self.note(db, Act::ChangeIdle, 1)
        })
    }
}

fn plan_site(form: &SiteForm) -> Result<SitePlan, Error> {
    let mut faults = FaultList::default();
    read_site(form, "", &mut faults).ok_or_else(|| Error::Fields(faults.into_vec()))
}

/// Name and SIRET; that one may be blank, since nothing but sync waits for it.
fn read_structure(
    form: &StructureForm,
    path: &str,
    faults: &mut FaultList,
) -> Option<(String, Option<Siret>)> {
    let name = faults.read(format!("{path}name"), read_label(&form.name));
    let siret = faults.read(format!("{path}siret"), read_siret(&form.siret));
    name.zip(siret)
}

fn read_siret(typed: &str) -> Result<Option<Siret>, SiretFault> {
    if typed.trim().is_empty() {
        Ok(None)
    } else {
        Siret::parse(typed).map(Some)
    }
}

/// Every site, of which there is one at least.
fn read_sites(forms: &[SiteForm], faults: &mut FaultList) -> Option<Vec<SitePlan>> {
    if forms.is_empty() {
        faults.note("sites", CommuneFault::Missing);
        return None;
    }
    // Collected before it is judged: the second site's faults are shown beside the first's.
    let plans: Vec<Option<SitePlan>> = (0..)
        .zip(forms)
        .map(|(rank, form): (usize, _)| read_site(form, &format!("sites.{rank}."), faults))
        .collect();
    plans.into_iter().collect()
}

fn read_site(form: &SiteForm, path: &str, faults: &mut FaultList) -> Option<SitePlan> {
    let name = faults.read(format!("{path}name"), read_label(&form.name));
    let address = faults.read(format!("{path}address"), read_optional_label(&form.address));
    let has_address = form.travels || address.as_ref().is_none_or(|address| !address.is_empty());
    if !has_address {
        faults.note(format!("{path}address"), CommuneFault::AddressMissing);
    }
    let commune = faults.read(format!("{path}insee_code"), read_commune(&form.insee_code));
    let postcode = faults.read(format!("{path}postcode"), read_postcode(&form.postcode, commune));
    let stops = faults.read(
        format!("{path}stops"),
        form.stops.iter().map(|stop| read_optional_label(stop)).collect(),
    );
    let (commune, stops): (&Commune, Vec<String>) = (commune?, stops?);
    Some(SitePlan {
        name: name?,
        address: address.filter(|_| has_address)?,
        postcode: postcode?,
        commune: commune.name.clone(),
        insee_code: commune.insee_code.as_str().to_owned(),
        travels: form.travels,
        stops: stops
            .into_iter()
            .filter(|stop| form.travels && !stop.is_empty())
            .collect(),
    })
}

fn read_commune(insee_code: &str) -> Result<&'static Commune, CommuneFault> {
    if insee_code.is_empty() {
        return Err(CommuneFault::Missing);
    }
    InseeCode::find(insee_code)
        .as_ref()
        .and_then(communes::find_code)
        .ok_or(CommuneFault::Unknown)
}

/// The postcode, held against the commune's own; that of a commune that has only one need not be typed.
fn read_postcode(typed: &str, commune: Option<&Commune>) -> Result<String, CommuneFault> {
    let only = commune.and_then(|commune| match commune.postcodes.as_slice() {
        [only] => Some(only),
        [] | [_, _, ..] => None,
    });
    if let (Some(only), true) = (only, typed.trim().is_empty()) {
        return Ok(only.as_str().to_owned());
    }
    let postcode = Postcode::parse(typed)?;
    if let Some(commune) = commune {
        commune.check_postcode(&postcode)?;
    }
    Ok(postcode.as_str().to_owned())
}

#[cfg(test)]
mod tests;
