### Every sentence a person reads, in French: in the window, on the command line, on paper.
###
### House style: say what is, then what to do. Vous, present tense, no blame, no code in the
### sentence. Amounts stand beside counts. A button names its act.
### An id is room-what. Values already in French (dates, amounts) come in as text.
### After an edit, `script/typography` puts the no-break spaces and the apostrophes right.

## Counts

count-people = { $count ->
    [one] { $count } personne
   *[other] { $count } personnes
}
count-passes = { $count } pass
count-sessions = { $count ->
    [one] { $count } séance
   *[other] { $count } séances
}

## The window's frame: rail, top line

## Welcome (first start)

## Today

## Workshop

## People

## Passes, scanning

## Batches and the link

## Documents

## Figures

## Settings

## Refusals (the rules said no): refusal-CODE

## Desk errors: error-CODE

## Themes, kinds, levels and the other values of the Coop

## Command line

## Clearing

## Papers: what every one of them bears

paper-siret = SIRET { $siret }
paper-page = Page { $page } sur { $pages }
paper-number = N° { $number }

## Papers: certificate

paper-certificate-title = Attestation de présence
paper-certificate-sentence = { $organisation } atteste que { $person } a participé aux ateliers de médiation numérique suivants, entre le { $from } et le { $to }.
paper-certificate-sentence-one-day = { $organisation } atteste que { $person } a participé à l’atelier de médiation numérique suivant, le { $from }.
paper-certificate-date = Date
paper-certificate-workshop = Atelier
paper-certificate-hours = Horaires
paper-certificate-duration = Durée
paper-certificate-total = Durée totale
paper-certificate-handed-over = Cette attestation est remise à la personne, à sa demande.
paper-certificate-place-and-day = Fait à { $place }, le { $day }
paper-certificate-stamp = Signature et cachet
paper-certificate-code = Pour vérifier
paper-certificate-code-alternative = Code à lire avec un téléphone pour vérifier l’attestation n° { $number }

## Papers: sign-in sheet

paper-sheet-title = Feuille d’émargement
paper-sheet-workshop = Atelier
paper-sheet-date = Date
paper-sheet-hours = Horaires
paper-sheet-place = Lieu
paper-sheet-trainer = Animé par
paper-sheet-rank = N°
paper-sheet-surname = Nom
paper-sheet-first-name = Prénom
paper-sheet-morning = Signature du matin
paper-sheet-afternoon = Signature de l’après-midi
paper-sheet-evening = Signature du soir
paper-sheet-trainer-signature = Signature de { $trainer }

## Papers: sheet of passes

paper-passes-title = { $programme }, chéquier { $booklet }
paper-passes-rank = Pass { $rank } sur { $count }
paper-passes-last-day = Jusqu’au { $day }
paper-passes-cut-here = Coin à couper quand le pass est pris
paper-passes-code-alternative = Code du pass { $number }

## Papers: enrolment letter

paper-enrolment-title = Mettre en route votre poste Passerelle
paper-enrolment-greeting = Madame, Monsieur,
paper-enrolment-purpose = Avec le code ci-dessous, un poste de { $structure } rejoint la métropole : il reconnaîtra les pass, et ceux que vous prendrez vous seront payés.
paper-enrolment-code-label = Votre code
paper-enrolment-code-alternative = Le même code, à lire avec la caméra du poste
paper-enrolment-address-label = Adresse de la métropole
paper-enrolment-steps = Que faire
paper-enrolment-step-open = Ouvrez Passerelle sur le poste qui recevra les pass.
paper-enrolment-step-address = À l’étape « La métropole », tapez l’adresse { $address }.
paper-enrolment-step-code = Tapez le code, avec ou sans les espaces, ou montrez le carré à la caméra ou au lecteur.
paper-enrolment-step-keep = Quand l’écran dit que le poste est prêt, détruisez cette lettre : le code a servi.
paper-enrolment-until = Ce code sert une seule fois, pour un seul poste, jusqu’au { $day }. Au-delà, demandez-en un autre à la métropole.
paper-enrolment-no-link = Pas de connexion sur place ? Le poste travaille sans elle : faites ces gestes à la prochaine connexion.
