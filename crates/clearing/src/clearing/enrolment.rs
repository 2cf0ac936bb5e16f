//! Letting a desk in.

use super::{
    Clearing,
    batches::{are_plausible, is_name, refused},
};
use crate::{
    books::{Enrolment, Structure},
    error::Error,
    store::Books,
};
use passerelle_domain::{
    id::DeviceId,
    key::Purpose,
    siret::Siret,
    wire::{EnrolmentForm, Envelope, Grant, Receipt, Refused, VERSION},
};

impl Clearing {
    /// Takes an enrolment form and gives the signed grant, ready to travel. The same device asking
    /// again with the same code gets the bytes of the first answer.
    ///
    /// # Errors
    /// [`Refused`]: not a form, no such code, used by another device or ended; the device is
    /// revoked or another structure's.
    pub fn enrol(&self, parcel: &[u8]) -> Result<Vec<u8>, Error> {
        self.enrol_by(&Self::read_form(parcel)?)
    }

    /// The form in a parcel, signed by the device that it enrols. Whether its code is one that was
    /// issued was not looked at.
    ///
    /// # Errors
    /// [`Refused`]: not a form.
    pub fn read_form(parcel: &[u8]) -> Result<EnrolmentForm, Error> {
        let envelope = Envelope::from_bytes(parcel).map_err(refused)?;
        let form: EnrolmentForm = envelope.read_unproven().map_err(refused)?;
        let is_plausible = is_name(&form.label) && are_plausible(&form.sites);
        if form.version != VERSION || envelope.signer != form.public.device_id().0 || !is_plausible {
            return Err(Refused::Malformed.into());
        }
        // Signed with the key that it brings: nobody can enrol the key of somebody else.
        envelope
            .open::<EnrolmentForm>(&form.public, Purpose::Grant)
            .map_err(refused)?;
        Ok(form)
    }

    /// Takes a form that was [read](Self::read_form).
    ///
    /// # Errors
    /// As [`Clearing::enrol`], but for what is not a form.
    pub fn enrol_by(&self, form: &EnrolmentForm) -> Result<Vec<u8>, Error> {
        self.store.write(|books| self.grant(books, form))
    }

    /// Lets in again a device that the books, restored from an older copy, have lost. Its grant proves
    /// that it had been let in, its form that the key is its own.
    pub(super) fn recall_enrolment(&self, form: &[u8], grant: &[u8]) -> Result<(), Error> {
        let form = Self::read_form(form)?;
        let grant: Grant = self.own(grant, Purpose::Grant)?;
        let device = form.public.device_id();
        let siret = Siret::parse(&grant.siret).map_err(|_| Refused::Malformed)?;
        if grant.device != device {
            return Err(Refused::Malformed.into());
        }
        self.store.write(|books| {
            if books.find_device(device)?.is_some() {
                return Ok(());
            }
            if books.find_structure(&siret)?.is_none() {
                let structure = Structure {
                    siret: siret.clone(),
                    name: grant.structure.clone(),
                };
                books.record_structure(&structure, grant.server_time)?;
            }
            books.record_device(form.public, &siret, &form.label, grant.server_time)?;
            books.record_sites(device, &form.sites)
        })
    }

    fn grant(&self, books: &dyn Books, form: &EnrolmentForm) -> Result<Vec<u8>, Error> {
        let (device, now) = (form.public.device_id(), self.now());
        let enrolment = books
            .find_enrolment(form.lookup)?
            .filter(|enrolment| form.is_proven_by(&enrolment.proof_key))
            .ok_or(Refused::UnknownCode)?;
        if let Some((user, answer)) = enrolment.used {
            return if user == device {
                Ok(answer)
            } else {
                Err(Refused::UnknownCode.into())
            };
        }
        if now >= enrolment.ends_at {
            return Err(Refused::UnknownCode.into());
        }
        self.let_in(books, form, &enrolment)?;
        books.record_sites(device, &form.sites)?;
        let signer = self.signer()?;
        let mut grant = Grant::new(
            signer.public(),
            device,
            enrolment.structure.siret.as_str().to_owned(),
            enrolment.structure.name,
            now,
        );
        grant.last_receipt = self.last_receipt(books, device)?;
        let answer = signer.seal(Purpose::Grant, &grant.proven(&enrolment.proof_key));
        books.record_enrolment_use(form.lookup, device, &answer, now)?;
        Ok(answer)
    }

    fn let_in(&self, books: &dyn Books, form: &EnrolmentForm, enrolment: &Enrolment) -> Result<(), Error> {
        let siret = &enrolment.structure.siret;
        match books.find_device(form.public.device_id())? {
            None => books.record_device(form.public, siret, &form.label, self.now()),
            Some(device) if device.is_revoked => Err(Refused::Revoked.into()),
            Some(device) if device.siret != *siret => Err(Refused::EnrolledElsewhere.into()),
            Some(_) => Ok(()),
        }
    }

    fn last_receipt(&self, books: &dyn Books, device: DeviceId) -> Result<Option<Receipt>, Error> {
        let Some(parcel) = books.find_last_receipt(device)? else {
            return Ok(None);
        };
        let receipt = self.own(&parcel, Purpose::Receipt);
        Ok(Some(
            receipt.map_err(|_| Error::Damaged("a receipt that cannot be read"))?,
        ))
    }
}
