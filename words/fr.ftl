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

frame-window-title = { $screen } – Passerelle
frame-skip = Aller au contenu
frame-destinations = Rubriques
frame-today = Aujourd’hui
frame-workshops = Ateliers
frame-attendees = Personnes
frame-passes = Pass
frame-batches = Remises
frame-documents = Documents
frame-settings = Réglages
frame-incident = Si cela se répète, signalez-le à votre référent avec l’heure : le journal du poste dit le reste.
frame-stopped = Passerelle ne peut pas s’ouvrir
frame-retry = Essayer de nouveau

link-state-online = En ligne
link-state-syncing = Envoi en cours
link-state-offline = Hors ligne
link-state-not-enrolled = Pas encore relié à la métropole
link-nothing-to-send = rien à envoyer
link-to-send = { $count } pass à envoyer · { $amount }
link-unidentified = { $count } pass à identifier

form-to-correct = { $count ->
    [one] Un point à corriger
    [2] Deux points à corriger
    [3] Trois points à corriger
    [4] Quatre points à corriger
   *[other] { $count } points à corriger
}
form-point = { $label } : { $sentence }
form-continue = Continuer
form-back = Revenir
form-save = Enregistrer
form-cancel = Ne rien changer
form-change = Modifier
form-done = C’est bon

field-date-hint = Comme ceci : 19/11/2026
field-suggestions = Propositions
field-suggestions-found = { $count ->
    [0] Aucune proposition.
    [one] Une proposition. Flèche du bas pour la lire.
   *[other] { $count } propositions. Flèche du bas pour les lire.
}
field-commune = Commune
field-commune-hint = Tapez son nom ou son code postal.
field-commune-known = { $name } ({ $postcode })
field-attendee-hint = Tapez quelques lettres du nom ou du prénom.

list-line = Ligne
list-action = Action
list-found = { $count ->
    [0] Rien ne correspond.
    [one] Une ligne.
   *[other] { $count } lignes.
}
list-previous = Page précédente
list-next = Page suivante
list-older = Voir les plus anciens
list-page = Page { $page } sur { $pages }
list-pages = Pages de la liste
list-open = Ouvrir

## Who is here

session-title = Qui êtes-vous ?
session-promise = L’écran est masqué : rien du registre n’est montré.
session-sentence = Choisissez votre nom pour continuer là où vous en étiez.
session-role-adviser = conseiller ou conseillère
session-role-manager = responsable
session-with-pin = code demandé
session-pin = Code de { $name }
session-enter = Entrer
session-other = Choisir un autre nom
session-forgotten = J’ai oublié mon code
session-forgotten-title = { $name }, code oublié
session-forgotten-ask = Demandez d’abord à un responsable : il efface votre code dans Réglages, et vous entrez d’un clic.
session-forgotten-sheet = La fiche de secours de cet ordinateur fait entrer aussi : recopiez son code.
session-forgotten-then = Votre ancien code sera effacé. La fiche reste valable : remettez-la ensuite à sa place.
session-change = Changer de personne
session-change-key = Ctrl + L
session-change-hint = L’écran se masque jusqu’à ce que quelqu’un choisisse son nom.
session-close = Fermer le registre
session-close-hint = La phrase de passe sera demandée pour le rouvrir.

## Unlocking: the ledger is shut until its passphrase or its recovery sheet opens it

unlock-title = Ouvrir le registre
unlock-promise = Tout reste sur ce poste : aucune connexion n’est nécessaire.
unlock-sentence = Ce registre est protégé par une phrase de passe. Tapez-la pour commencer.
unlock-open = Ouvrir
unlock-opening = Ouverture…
unlock-lost-title = Phrase de passe perdue ?
unlock-lost-sentence = La fiche de secours ouvre aussi le registre. Demandez-la à la personne qui la garde.
unlock-lost = Je n’ai plus la phrase de passe
unlock-recover-title = Ouvrir avec la fiche de secours
unlock-recover-sentence = Recopiez le code de secours, puis choisissez une nouvelle phrase de passe.
unlock-code = Code de secours
unlock-code-hint = Les six groupes de la fiche, dans l’ordre. Avec ou sans espaces, en majuscules ou non.
unlock-recover = Ouvrir le registre
unlock-sheet-back = La fiche reste valable : remettez-la ensuite à sa place.
unlock-neither-title = Ni phrase de passe, ni fiche ?
unlock-neither-sentence = Sans la phrase de passe ni la fiche, personne ne peut ouvrir ce registre, pas même l’éditeur de Passerelle.
unlock-neither-sent = Ce qui a été envoyé à la métropole n’est pas perdu.
unlock-neither-then = Parlez d’abord à la personne qui garde la fiche, en général le ou la responsable du lieu.

## Protection: the passphrase and the recovery sheet

protection-title = Protection de cet ordinateur
protection-step = La protection
protection-none = Pas protégé
protection-none-sentence = Quiconque a cet ordinateur en main peut lire le registre.
protection-on = Protégé
protection-on-sentence = La phrase de passe est demandée à chaque ouverture de Passerelle. Fiche de secours en vigueur : celle du { $day }.
protection-protect = Protéger cet ordinateur
protection-change = Changer la phrase de passe
protection-renew = Faire une nouvelle fiche
protection-given-up = Rien n’a changé. Si une fiche vient d’être imprimée, déchirez-la : elle n’ouvre rien.
protection-later-title = Plus tard ?
protection-later = Quiconque a cet ordinateur en main pourra lire le registre, jusqu’à ce que vous le protégiez dans Réglages.
protection-later-printer = Sans imprimante aujourd’hui, choisissez « Plus tard » : la fiche de secours doit être sur papier.

protection-passphrase-title = Choisir une phrase de passe
protection-why = Le registre contient des noms et des présences. Fermé par une phrase de passe, il ne se lit plus sans elle, même si l’ordinateur est volé.
protection-passphrase = Phrase de passe
protection-passphrase-hint = 12 caractères au moins. Prenez trois ou quatre mots qui n’ont rien à voir entre eux : ils se retiennent bien. Évitez les noms et les dates.
protection-passphrase-new = Nouvelle phrase de passe
protection-again = La même, une seconde fois
protection-current = Phrase de passe actuelle
protection-show = Montrer ce que je tape
protection-wait = Un instant…

protection-change-save = Changer
protection-changed = La phrase de passe est changée. La fiche de secours reste la même.
protection-renew-title = Votre phrase de passe d’abord
protection-renew-why = Une nouvelle fiche remplace celle qui est perdue, ou que quelqu’un a pu lire. L’ancienne sert jusqu’à ce que la nouvelle soit confirmée.

protection-sheet-title = Imprimer la fiche de secours
protection-sheet-why = Si la phrase de passe est perdue, ce code ouvre le registre. Il ne sera plus montré ensuite : il n’existe que sur la fiche.
protection-code = Code de secours
protection-sheet-print = Imprimer la fiche
protection-sheet-keep = Gardez la fiche loin de cet ordinateur, dans un tiroir fermé, chez le ou la responsable.
protection-sheet-in-hand = J’ai la fiche en main

protection-proof-title = Relire la fiche
protection-proof-why = Le code n’est plus à l’écran : lisez-le sur le papier. La fiche n’est en vigueur qu’ensuite.
protection-group = Recopiez le groupe n° { $rank } de la fiche
protection-group-hint = Quatre lettres ou chiffres.
protection-confirm = Confirmer la fiche
protection-sheet-again = Revoir le code

protection-done-title = Cet ordinateur est protégé
protection-done = Passerelle demandera la phrase de passe à la prochaine ouverture. Rangez la fiche dès maintenant.
protection-renewed-title = La nouvelle fiche est en vigueur
protection-renewed = L’ancienne n’ouvre plus rien : déchirez-la. Rangez la nouvelle dès maintenant.

## Welcome (first start)

welcome-window = { $step }, étape { $rank } sur { $count }
welcome-promise = Première mise en route. Tout reste sur ce poste : aucune connexion n’est nécessaire.
welcome-steps = Étapes
welcome-step-done = (fait)
welcome-step = { $rank }. { $step }
welcome-you = Vous
welcome-site = Votre lieu
welcome-link = La métropole
welcome-why = À quoi cela sert

welcome-name = Votre prénom et votre nom
welcome-name-hint = Ils figureront en bas des attestations.
welcome-title = Votre fonction
welcome-title-hint = Par exemple : conseillère numérique.
welcome-you-why = Votre nom signe les attestations et les feuilles d’émargement. Il ne quitte jamais ce poste.
welcome-you-others = Vous êtes plusieurs sur ce poste ? Les autres s’ajoutent plus tard, dans Réglages.

welcome-structure-name = Nom de la structure
welcome-structure-name-hint = La mairie ou l’association à qui les pass sont payés.
welcome-siret = SIRET
welcome-siret-hint = 14 chiffres, sur l’avis de situation de la structure.
welcome-site-name = Nom du lieu
welcome-site-name-hint = Celui que les gens connaissent. Il figurera sur les attestations.
welcome-site-rank = Lieu { $rank }
welcome-address = Adresse
welcome-address-hint = Numéro et rue.
welcome-postcode = Code postal
welcome-itinerant = Ce lieu se déplace (bus, permanences)
welcome-stops = Ses arrêts
welcome-stops-hint = Un par ligne, par exemple : place Gambetta.
welcome-add-site = Ajouter un autre lieu
welcome-remove-site = Retirer ce lieu
welcome-site-why = Un SIRET, un compte : c’est à lui que la métropole verse le montant des pass. Une mairie peut avoir plusieurs lieux.
welcome-commune-why = La commune dit quels pass sont valables chez vous. Le reste se change plus tard, dans Réglages.
welcome-no-siret = Vous n’avez pas le SIRET sous la main ?
welcome-without-siret = Continuer sans lui
welcome-without-siret-then = Les pass seront gardés, et envoyés quand il sera là.

welcome-address-of-link = Adresse de la métropole
welcome-address-of-link-hint = Elle est sur la lettre, et commence par https://
welcome-code = Code de la lettre
welcome-code-hint = Avec ou sans les espaces. Il sert une seule fois.
welcome-enrol = Relier ce poste
welcome-later = Plus tard
welcome-link-why = La métropole crédite les pass que vous prenez. Sa lettre porte une adresse et un code, pour ce poste seulement.
welcome-link-later = Sans lettre ni connexion, choisissez « Plus tard » : les ateliers et les personnes se notent déjà, et les pass sont gardés jusqu’à ce que le poste soit relié.
welcome-enrolling = Le poste demande à la métropole…

## Today

today-title = Aujourd’hui, { $day }
today-not-protected = Cet ordinateur n’est pas encore protégé.
today-protect = Choisir une phrase de passe
clock-behind-title = La date de cet ordinateur n’est pas la bonne
clock-behind = Il se croit le { $computer }, mais la métropole lui a répondu le { $heard_on }. Dites quel jour nous sommes : les ateliers et les attestations porteront cette date.
clock-doubtful-title = Est-ce la bonne date ?
clock-doubtful = Cet ordinateur se croit le { $computer }, et la métropole lui a répondu pour la dernière fois le { $heard_on }. Si cette date n’est pas la bonne, dites quel jour nous sommes.
clock-said = Date donnée à la main. Cet ordinateur, lui, se croit le { $computer }.
clock-say = Dire quel jour nous sommes
clock-say-again = Corriger la date
clock-dialog-title = Quel jour sommes-nous ?
clock-dialog-hint = Passerelle prendra cette date, jusqu’à ce que cet ordinateur soit remis à l’heure. Elle ne change pas l’horloge de l’ordinateur.
clock-day = Date d’aujourd’hui
today-new-workshop = Nouvel atelier
today-new-support = Nouvel accompagnement
today-running = Atelier en cours depuis { $hour }
today-running-untimed = Atelier en cours aujourd’hui
today-running-soon = Atelier d’aujourd’hui, à { $hour }
today-left-open = Atelier du { $day }, pas encore clos
today-resume = Reprendre l’atelier
today-present = { $people ->
    [0] Personne n’est encore inscrit
    [one] { $people } personne présente
   *[other] { $people } personnes présentes
}
today-present-and-passes = { $present } · { $passes } pris · { $amount }
today-start = Commencer un atelier
today-start-hint = Un titre et une heure suffisent. Le reste se complète plus tard.
today-again = Recommencer
today-again-hint = Même titre, mêmes thèmes, même lieu : aujourd’hui, à cette heure.
today-again-last = la dernière fois, { $day }
today-to-send = À envoyer
today-to-send-nothing = Rien à envoyer
today-to-send-nothing-sentence = Tout ce qui a été pris ici est parti.
today-to-send-since = Gardés ici depuis le { $day }. Ils partiront seuls à la prochaine connexion.
today-to-send-not-enrolled-yet = Les pass pris seront gardés ici jusqu’à ce que le poste soit relié à la métropole.
today-to-send-not-enrolled = Gardés ici. Ils partiront quand le poste sera relié à la métropole.
today-see-batches = Voir les remises
today-enrol = Relier ce poste
today-to-examine = À examiner
today-to-examine-nothing = Rien à examiner
today-to-examine-nothing-sentence = La métropole n’a rien laissé en suspens.
today-to-examine-sentence = Ni perdus ni acquis : la métropole doit trancher.
today-see-to-examine = { $count ->
    [one] Voir le pass
   *[other] Voir les pass
}
today-unidentified = À identifier
today-unidentified-sentence = Lus avant que le poste soit relié : ils seront reconnus à la prochaine connexion.
today-credited = Crédité
today-credited-sentence = Acquis : la métropole règle ceux du mois passé.
today-open = Autres ateliers ouverts
today-see-unidentified = Voir les codes
today-upcoming = Prochains ateliers
today-recent = Derniers ateliers
today-when = Quand
today-what = Atelier
today-where = Où
today-people = Personnes
today-passes = Pass
today-day-and-hour = { $day }, { $hour }
today-this-day = Aujourd’hui
today-yesterday = Hier
today-tomorrow = Demain
today-no-workshop = Aucun atelier noté pour l’instant
today-no-workshop-sentence = Commencez le premier : inscrivez les personnes, présentez leurs pass. Rien d’autre n’est à préparer.

## Workshop

workshops-title = Ateliers
workshops-list = Ateliers et accompagnements
workshops-list-note = Les plus récents d’abord.
workshops-search = Chercher un atelier
workshops-search-hint = Un mot du titre ou du lieu.
workshops-none = Aucun atelier noté pour l’instant
workshops-none-sentence = Notez le premier, même pour un jour passé.
workshops-none-found = Aucun atelier ne répond à ces lettres
workshops-none-found-sentence = Essayez un autre mot du titre ou du lieu.

workshop-new-title = Nouvel atelier
workshop-new-support-title = Nouvel accompagnement
workshop-edit-title = Modifier { $title }
workshop-create = Ouvrir l’atelier
workshop-create-support = Ouvrir l’accompagnement
workshop-save = Enregistrer l’atelier
workshop-field-activity = Quoi
workshop-field-title = Titre
workshop-field-title-hint = Il figurera sur la feuille d’émargement et les attestations.
workshop-field-title-optional-hint = Facultatif pour un accompagnement.
workshop-field-place-kind = Où
workshop-field-site = Lieu
workshop-field-place = Salle ou arrêt
workshop-field-place-elsewhere = Nom de l’endroit
workshop-field-held-on = Jour
workshop-field-starts-at = Début
workshop-field-starts-at-hint = Comme ceci : 14:00
workshop-field-ends-at = Fin
workshop-field-duration = Durée
workshop-field-duration-hint = Une durée ou une heure de fin, au choix.
workshop-field-duration-presets = Durées courantes
workshop-field-themes = Thèmes
workshop-field-sub-themes = Quelles démarches
workshop-field-level = Niveau
workshop-field-autonomy = Autonomie
workshop-field-equipment = Matériel
workshop-field-referral = Personne orientée vers
workshop-field-note = Note
workshop-field-note-hint = N’écrivez rien sur la santé ou la famille d’une personne.
workshop-field-none = Non précisé
workshop-field-not-referred = Non orientée
workshop-more = Thèmes, niveau, matériel
workshop-more-hint = Pour les chiffres et la Coop. Se complète aussi plus tard.
workshop-form-why = Ce qu’il faut vraiment
workshop-form-why-sentence = Un titre, un jour, une durée : cela suffit pour inscrire des personnes et prendre leurs pass. Tout se modifie ensuite.

workshop-untitled = Accompagnement individuel
workshop-close = Clore l’atelier
workshop-reopen = Rouvrir l’atelier
workshop-closed-note = Atelier clos. Les présences ne changent plus ; un pass s’annule encore, avec son motif.
workshop-close-title = Clore cet atelier ?
workshop-close-count = { $people }, { $passes }, { $amount }.
workshop-close-sentence = Les présences ne changent plus. Pour corriger un pass pris, annulez-le en disant pourquoi.
workshop-close-sheet = La feuille d’émargement reste à imprimer et à faire signer.
workshop-close-back = Revenir à l’atelier
workshop-sign-in-sheet = Feuille d’émargement

workshop-answer = Réponse au dernier pass
workshop-answer-none = Présentez un pass au lecteur
workshop-answer-none-sentence = Où que soit le curseur. La réponse s’affiche ici, en grand.
workshop-next-pass = Pass suivant
workshop-for = Pour
workshop-for-nobody = Sans nom
workshop-service = Prestation
workshop-service-asked = Selon le pass
workshop-number = Numéro du pass
workshop-number-hint = Au lecteur, sans cliquer. Ou tapez-le.
workshop-check = Vérifier
workshop-file = Depuis une image ou un PDF
workshop-file-hint = Ou déposez le fichier ici.
workshop-file-reading = Lecture du fichier…
workshop-file-page = { $count ->
    [0] Lecture de la page { $page } sur { $pages }
    [one] Lecture de la page { $page } sur { $pages } · { $count } pass trouvé
   *[other] Lecture de la page { $page } sur { $pages } · { $count } pass trouvés
}
workshop-file-stop = Arrêter la lecture

workshop-present = Présents
workshop-person = Personne
workshop-pass-and-answer = Pass et réponse
workshop-no-pass = Pas encore de pass
workshop-nobody-sentence = Tapez quelques lettres d’un nom ci-dessous : la personne est retrouvée, ou ajoutée en deux champs.
workshop-without-name = Sans nom
workshop-total = { $passes } · { $amount }
workshop-total-provisional = { $passes } · { $amount }, dont { $count ->
    [one] { $count } provisoire
   *[other] { $count } provisoires
}
workshop-next-person = Personne suivante
workshop-enter = Inscrire
workshop-add-new = Ajouter « { $name } » comme nouvelle personne
workshop-remove = Retirer
workshop-remove-name = { $name } de la liste
workshop-entered = { $name } est dans la liste.
workshop-passes-of = Pass de { $name }
workshop-passes-without-name = Pass pris sans nom
workshop-see-passes = Détail

workshop-new-person = Nouvelle personne
workshop-new-person-add = Ajouter et inscrire
workshop-new-person-later = Le reste se complète dans sa fiche, si besoin.
workshop-doubles = Est-ce une de ces personnes ?
workshop-double-this-one = Oui, { $name }
workshop-doubles-none = Non, c’est une nouvelle personne

workshop-anonymous = Participants sans nom
workshop-anonymous-hint = Des nombres seulement, pour les chiffres. Rien qui désigne quelqu’un.
workshop-anonymous-total = Combien
workshop-anonymous-genders = Genre
workshop-anonymous-brackets = Âge
workshop-anonymous-situations = Situation
workshop-anonymous-none = Aucun
workshop-anonymous-some = { $count ->
    [one] { $count } participant sans nom
   *[other] { $count } participants sans nom
}

workshop-void = Annuler ce pass
workshop-void-title = Annuler le pass { $number } ?
workshop-void-sentence = L’annulation est notée à côté de l’encaissement : rien n’est effacé. Le pass pourra être présenté de nouveau.
workshop-void-cut = Si le coin est déjà coupé, gardez le papier avec votre motif.
workshop-void-reason = Motif
workshop-void-manager = Ce pass est déjà parti à la métropole. Pour l’annuler, demandez au responsable du lieu.
workshop-void-keep = Garder le pass
workshop-undo-last = Annuler ce dernier pass

## People

attendees-title = Personnes
attendees-search = Chercher une personne
attendees-search-hint = Quelques lettres du nom ou du prénom, sans souci des accents.
attendees-list = Personnes
attendees-list-note = Les dernières venues d’abord.
attendees-none = Personne n’est encore noté
attendees-none-sentence = Les personnes s’ajoutent en deux champs, ici ou pendant un atelier.
attendees-nobody-found = Personne ne répond à ces lettres
attendees-nobody-found-sentence = Essayez moins de lettres, ou ajoutez la personne.
attendees-add = Ajouter une personne
attendees-birth-year = Année de naissance
attendees-last-seen = Dernière venue
attendees-never-seen = Pas encore venue

attendee-add = Ajouter la personne
attendee-about = Fiche
attendee-change = Modifier la fiche
attendee-save = Enregistrer la fiche
attendee-surname = Nom
attendee-first-name = Prénom
attendee-birth-year = Année de naissance
attendee-birth-year-hint = L’année seulement, comme ceci : 1958
attendee-phone = Téléphone
attendee-email = Adresse électronique
attendee-gender = Genre
attendee-situation = Situation
attendee-qpv = Habite un quartier prioritaire
attendee-note = Note
attendee-note-hint = Rien sur la santé, la famille ou les convictions, et aucun mot de passe.
attendee-workshops = Ses ateliers
attendee-workshops-none = Pas encore de séance
attendee-workshops-none-sentence = Elles apparaissent ici dès qu’un atelier est noté avec cette personne.
attendee-nothing-noted = Rien d’autre que son nom n’est noté, et cela suffit.
attendee-passes = Ses pass
attendee-certificate = Faire une attestation

## Passes, scanning

passes-title = Pass
passes-check = Vérifier un pass
passes-check-sentence = Pour savoir ce que vaut un pass sans le prendre. Rien n’est enregistré.
passes-check-do = Vérifier
passes-number = Numéro du pass
passes-number-hint = Au lecteur, sans cliquer. Ou tapez-le.
passes-in-file = { $count ->
    [one] Un pass dans ce fichier
   *[other] { $count } pass dans ce fichier
}
passes-pass = Pass { $number }
passes-good = Valable
passes-good-order = Il peut être pris dans un atelier.
passes-provisional = Provisoire
passes-refused = Non valable
passes-last-day = Jusqu’au { $day }
passes-history = Pass pris ici
passes-history-none = Aucun pass pris pour l’instant
passes-history-none-sentence = Ouvrez un atelier et présentez un pass au lecteur.
passes-for = Pour
passes-unidentified = À identifier
passes-unidentified-sentence = Lus avant que ce poste connaisse leur programme. Ils seront reconnus à la prochaine connexion ; gardez les papiers.
passes-code = Code
passes-try-again = Essayer maintenant
passes-handed-back = Rendu à la personne
passes-now-taken = Pass { $number } pris : { $amount }.
passes-still-kept = Toujours à identifier. Le code reste ici.
passes-answer = Ce que vaut le pass
passes-history-of = Déjà présenté ici

answer-accepted = Accepté
answer-accepted-order = Coupez le coin du pass
answer-provisional = Provisoire
answer-provisional-order = Coupez le coin quand même
answer-provisional-row = { $doubt } Coupez le coin quand même.
answer-which-service = Pour quoi ?
answer-which-service-sentence = Le programme de ce pass paie plusieurs prestations.
answer-take = Prendre ce pass
answer-refused = Non accepté
answer-unidentified = À identifier
answer-unidentified-order = Gardez le pass avec vos papiers
answer-unidentified-sentence = Ce poste ne connaît pas encore son programme. Il sera reconnu à la prochaine connexion.
answer-detail = { $amount } · pass { $number }
answer-keep = Garder pour examen
answer-ask = Lequel est-ce ?
answer-ask-sentence = Deux lectures tiennent. Comparez avec le papier.

state-accepted = Accepté
state-provisional = Provisoire
state-refused = Refusé
state-unidentified = À identifier
state-here = Enregistré ici
state-sent = Envoyé
state-credited = Crédité
state-to-examine = À examiner
state-paid = Payé
state-voided = Annulé

## Batches and the link

batches-title = Remises
batches-so-far = Depuis le { $day } · { $passes }
batches-where = Où en sont les pass
batches-send = Envoyer maintenant
batches-sending = Envoi en cours…
batches-since = depuis le { $day }
batches-answer-awaited = réponse attendue
batches-earned = acquis
batches-to-decide = la métropole tranchera
batches-not-paid = ne seront pas réglés
batches-nothing = rien pour l’instant
batches-list = Tous les pass
batches-list-of = Pass : { $state }
batches-list-note = Les plus récents d’abord. Rien n’est jamais effacé.
batches-show = Montrer
batches-all = Tous
batches-taken-on = Pris le
batches-pass = Pass
batches-workshop = Atelier
batches-amount = Montant
batches-state = État
batches-none = Aucun pass pris pour l’instant
batches-none-sentence = Prenez un pass dans un atelier : il apparaît ici aussitôt, et y reste.
batches-none-so = Aucun pass dans cet état.
batches-manager = Les plis à emporter, le lien avec la métropole et les contestations sont l’affaire du responsable du lieu.
batches-not-enrolled = Ce poste n’est pas encore relié à la métropole
batches-not-enrolled-sentence = Les pass pris sont gardés ici, et partiront quand il le sera.
batches-last-answer = Dernière réponse de la métropole le { $instant }.
batches-no-answer-yet = La métropole n’a pas encore répondu.
batches-offline = Pas de réponse de la métropole. Rien n’est perdu : tout partira à la prochaine connexion.
batches-sent-all = { $count ->
    [0] Rien à envoyer. La métropole a répondu.
    [one] Un pass envoyé, la métropole a répondu.
   *[other] { $count } pass envoyés, la métropole a répondu.
}
batches-came-credited = Crédité : { $passes }.
batches-came-to-examine = À examiner : { $passes }.
batches-came-refused = Refusé : { $passes }.
batches-came-settled = { $count ->
    [one] Un mois de plus est réglé.
   *[other] { $count } mois de plus sont réglés.
}
batches-came-noted = { $count ->
    [one] La métropole a votre note.
   *[other] La métropole a vos { $count } notes.
}
batches-paid-to-all = à la structure, tous postes confondus
batches-claims = Les deux présentations du pass { $number }
batches-claim-who = Qui
batches-claim-where = Où
batches-claim-when = Quand
batches-claim-other = L’autre lieu
batches-claim-you = Vous
contest-begin = Contester
contest-again = Contester de nouveau
contest-title = Contester pour le pass { $number }
contest-sentence = La métropole lit votre note avant de trancher. La note part à la prochaine connexion et ne s’efface plus.
contest-note = Votre note
contest-note-hint = Dites ce qui s’est passé ce jour-là. N’écrivez le nom de personne.
contest-count = { $count } lettres sur { $most }
contest-keep = Garder la note
contest-leave = Ne pas contester
contest-kept = La note est gardée ici. Elle part à la prochaine connexion.
contest-to-send = Contesté le { $day } ; note à envoyer.
contest-noted = Contesté le { $day } ; note reçue par la métropole le { $instant }.
batches-double = Une autre copie de ce registre a servi
batches-double-recovered = { $passes } : encaissés avec l’autre copie, et retrouvés auprès de la métropole. Ils comptent comme pris ici, mais leurs ateliers ne sont pas dans ce registre.
batches-double-moved = { $count ->
    [one] { $count } ligne de ce registre a reçu un nouveau numéro. Rien n’est perdu.
   *[other] { $count } lignes de ce registre ont reçu un nouveau numéro. Rien n’est perdu.
}
batches-double-restored = Si ce poste a été remis en état à partir d’une sauvegarde, c’est attendu : continuez.
batches-double-two = Si deux postes se servent du même registre, continuez sur un seul, et demandez à la métropole une nouvelle lettre pour installer l’autre.
batches-see-redemption = Voir l’atelier

settlements-title = Règlements
settlements-sentence = Chaque mois compte pour toute la structure, tous ses postes confondus. La référence est celle que portent les papiers du paiement.
settlements-none = Aucun mois réglé pour l’instant.
settlements-none-sentence = La métropole règle un mois quand il est fini. Le montant et sa référence apparaissent ici à la réponse qui suit, et y restent.
settlements-held = Il reste { $amount } à verser à votre structure : la métropole ne sait pas encore sur quel compte. Envoyez-lui un relevé d’identité bancaire ; cette somme part avec le mois suivant.
settlements-owed = Votre structure doit { $amount } à la métropole : des pass déjà payés ont été annulés depuis. Vous n’avez rien à faire, cette somme est retenue sur le mois suivant.
settlements-list = Mois réglés à la structure
settlements-month = Mois
settlements-passes = Pass
settlements-paid = Payé
settlements-references = Référence et explications
settlements-closed-on = arrêté le { $day }
settlements-programme = programme { $number }
settlements-to-confirm = À confirmer
settlements-not-confirmed = La métropole a repris une ancienne copie de ses comptes et n’a pas encore redit ce mois. Il n’est pas compté dans le total.
settlements-given-back = { $count ->
    [one] Un pass déjà payé a été annulé depuis : { $amount } en moins.
   *[other] { $count } pass déjà payés ont été annulés depuis : { $amount } en moins.
}
settlements-was-held = Dont { $amount } gardés du mois d’avant.
settlements-was-owed = { $amount } dus du mois d’avant sont retenus.
settlements-is-held = { $amount } restent à verser.
settlements-is-owed = { $amount } restent dus par la structure.

courier-title = Sans connexion
courier-sentence = Un pli emporte ce qui attend et ne nomme personne. La métropole rend une réponse, à reprendre ici quand elle revient ; repris deux fois, rien ne compte en double.
courier-save = Emporter sur une clé USB
courier-print = Imprimer le pli
courier-show = Montrer le carré à l’écran
courier-hide = Cacher le carré
courier-page = Pli pour la métropole
courier-saved = Pli enregistré : { $path }. Portez-le à la métropole.
courier-take-in = Reprendre la réponse
courier-take-in-hint = Le fichier en .pli que la métropole a rendu, ou les photos de ses carrés, plusieurs à la fois si besoin.
courier-reading = Lecture de la réponse…
courier-received = { $count ->
    [one] La métropole a reçu un pass.
   *[other] La métropole a reçu { $count } pass.
}
courier-asks-enrolment = Il demande aussi à la métropole de relier ce poste.
courier-has-more = Tout n’y tient pas : préparez un autre pli quand la réponse sera revenue.
courier-enrolled = Ce poste est relié à la métropole.
courier-nothing-new = Cette réponse était déjà connue, ou une plus récente : rien n’a changé.
courier-decisions = { $count ->
    [one] Une décision est arrivée.
   *[other] { $count } décisions sont arrivées.
}
courier-known-on = La liste de référence est celle du { $day }.
courier-fault = Une partie de la réponse n’a pas été prise. { $reason }
courier-wants-another = Préparez un autre pli : la métropole a besoin de revoir ce qui manque encore.
courier-neighbour = Pour un poste voisin sans connexion
courier-neighbour-sentence = Ce poste peut porter le pli d’un autre à la métropole, et lui rendre la réponse. Il n’en lit rien.
courier-bring = Porter son pli
courier-bring-hint = Le fichier en .pli du poste voisin, ou les photos de ses carrés, plusieurs à la fois si besoin.
courier-bringing = Le pli est en route vers la métropole…
courier-brought = Pli du poste { $device } : { $batches ->
    [0] la métropole a répondu.
    [one] la métropole a répondu à { $answered } remise sur { $batches }.
   *[other] la métropole a répondu à { $answered } remises sur { $batches }.
}
courier-brought-enrolled = Ce poste est désormais relié.
courier-brought-broken = La liaison s’est interrompue avant la fin. { $reason } Rapportez déjà cette réponse, ou portez le pli de nouveau : rien ne compte en double.
courier-brought-without-state = Sur papier, la liste de référence ne tient pas : rapportez la réponse sur une clé USB quand vous pourrez.
courier-return-saved = Réponse enregistrée : { $path }. Rapportez-la au poste voisin, qui la reprend.
courier-return-save = Enregistrer sa réponse
courier-return-print = Imprimer sa réponse
courier-return-show = Montrer sa réponse à l’écran
courier-return-hide = Cacher sa réponse
courier-return-page = Réponse de la métropole

link-unreachable = La métropole n’a pas répondu. Rien n’est perdu : tout partira à la prochaine connexion.
link-stalled = La connexion est trop faible : plus rien n’avance. Rien n’est perdu : tout partira quand elle reviendra.
link-portal = Une page d’accueil du réseau répond à la place de la métropole. Ouvrez un navigateur, acceptez ses conditions, puis recommencez.
link-proxy = Le proxy de votre réseau ne laisse pas passer. Vérifiez son adresse dans Réglages, ou demandez à votre service informatique d’ouvrir l’accès à la métropole.
link-intercepted = Un certificat inconnu répond à la place de la métropole : votre réseau lit sans doute ce qui passe. Demandez à votre service informatique le certificat de son autorité, et ajoutez-le dans Réglages.
link-clock = Le certificat de la métropole n’est pas bon à la date de cet ordinateur. Mettez l’ordinateur à l’heure, puis recommencez. Rien n’est perdu.
link-untrusted = La réponse reçue n’est pas signée par la métropole. Rien n’a été pris en compte ; prévenez-la si cela se répète.
link-key-replaced = La métropole a répondu avec une ancienne clé. Rien n’est perdu, et rien n’a été pris en compte : recommencez plus tard. Si cela se répète, prévenez-la : sa clé la plus récente est à remettre en place.
link-keys-unproven = La métropole annonce une nouvelle clé sans le prouver. Rien n’a été pris en compte, rien n’est perdu ; prévenez-la.
link-keys-fork = Deux clés prétendent remplacer celle de la métropole. Ce poste garde celle qu’il connaît, et rien n’est perdu ; prévenez la métropole tout de suite.
link-keys-elsewhere = La clé de celui qui répond ne mène pas à celle de la métropole. Rien n’a été pris en compte, rien n’est perdu ; prévenez-la.
link-not-understood = La métropole et ce poste ne se comprennent pas. Mettez Passerelle à jour ; rien n’est perdu.
link-unknown-device = La métropole ne connaît pas ce poste. Demandez-lui une nouvelle lettre.
link-revoked = La métropole a retiré ce poste. Appelez-la : les pass pris ici sont gardés.
link-log-disagrees = Ce que la métropole a reçu de ce poste ne concorde pas avec son registre. Appelez-la ; rien n’est effacé.
link-unknown-code = Ce code ne sert plus, ou n’existe pas. Relisez la lettre, ou demandez-en une autre à la métropole.
link-try-later = La métropole est occupée. Ce poste essaiera de nouveau tout seul.
link-address = Recopiez l’adresse de la lettre : elle commence par https://
link-code-length = Il manque des lettres au code, ou il y en a trop. Recopiez-le par groupes.
link-code-mistyped = Une lettre du code a été prise pour une autre. Relisez-le par groupes.
link-enrolled-elsewhere = Ce poste est déjà relié pour une autre structure. Appelez la métropole.

## Why what a courier has brought is not taken in: pouch-CODE

pouch-not-a-pouch = Ce fichier n’est pas la réponse de la métropole. Choisissez le fichier en .pli qu’elle a rendu, ou la photo de ses carrés.
pouch-damaged = Ce fichier est abîmé ou incomplet. Copiez-le de nouveau depuis la clé, ou demandez à la métropole de refaire la réponse.
pouch-too-large = Ce fichier est trop gros pour une réponse de la métropole. Choisissez celui en .pli qu’elle a rendu.
pouch-outward = Ceci est un pli à porter à la métropole, pas sa réponse. Portez-le : c’est elle qui rend le fichier à reprendre ici.
pouch-return = Ceci est une réponse de la métropole, pas un pli à lui porter. Choisissez « Reprendre la réponse » sur le poste auquel elle s’adresse.
pouch-several = Il y a plusieurs plis à la fois. Portez-les l’un après l’autre : chacun a sa réponse.
pouch-other-device = Cette réponse est pour un autre poste. Reprenez-la là-bas ; ici, rien n’a changé.
pouch-not-asked = Cette réponse relie un poste qui n’a rien demandé. Tapez d’abord l’adresse et le code de la lettre, puis préparez un pli.
pouch-missing-code = Il manque le carré { $rank } sur { $count }. Les autres sont gardés : choisissez sa photo.
pouch-too-long = Ce pli est trop long pour le papier. Emportez-le sur une clé USB.

## Why a picture or a PDF gave no code: unreadable-CODE

unreadable-empty = Ce fichier est vide. Prenez de nouveau la photo, ou choisissez un autre fichier.
unreadable-too-large = Ce fichier dépasse 64 Mo. Choisissez une photo plus légère, ou une page à la fois.
unreadable-too-many-pixels = Cette image est trop grande pour ce poste. Prenez la photo en qualité ordinaire.
unreadable-too-many-pages = Ce PDF a plus de 100 pages. Gardez seulement les pages des pass.
unreadable-not-a-picture = Ce fichier n’est ni une image ni un PDF, quel que soit son nom. Choisissez une photo du pass.
unreadable-damaged = Ce fichier est abîmé ou incomplet. Enregistrez-le de nouveau, ou prenez une autre photo.
unreadable-locked = Ce PDF est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, puis recommencez.
unreadable-no-code = Aucun code n’est visible ici. Prenez une photo plus nette et de plus près, ou tapez le numéro du pass.
unreadable-cancelled = La lecture est arrêtée. Rien n’a été pris.

## Documents

documents-title = Documents
documents-certificate = Attestation de présence
documents-certificate-sentence = Toutes les séances d’une personne entre deux dates, avec leurs heures.
documents-certificate-make = Faire une attestation
documents-sign-in-sheet = Feuille d’émargement
documents-sign-in-sheet-sentence = La liste des présents d’un atelier, à faire signer.
documents-sign-in-sheet-pick = Choisir un atelier
documents-issued = Documents délivrés
documents-issued-note = Par numéro, les plus récents d’abord. Le nom de la personne n’est pas dans le nom du fichier.
documents-issued-none = Aucun document délivré pour l’instant
documents-issued-none-sentence = Une attestation imprimée ou enregistrée reçoit un numéro et reste ici.
documents-number = Numéro
documents-about = Pour
documents-issued-on = Délivré le
documents-print = Imprimer
documents-save = Enregistrer en PDF
documents-saved = Enregistré : { $path }
documents-opened = Ouvert dans le lecteur de PDF, prêt à imprimer.
documents-show = Revoir
documents-certificate-number = Attestation n° { $number }
documents-between = { $from } – { $to }
documents-preview-page = { $title }, aperçu de la page { $page } sur { $pages }. Le PDF imprimé ou enregistré se lit à voix haute.

certificate-title = Attestation de présence
certificate-says = Ce que dit l’attestation
certificate-person = Personne
certificate-period = Période
certificate-period-hint = Comme ceci : 01/09/2026
certificate-from = Du
certificate-to = Au
certificate-on-paper = Sur le papier
certificate-hours = Les horaires
certificate-total = La durée totale
certificate-stamp = Le cadre pour le cachet
certificate-print = Imprimer l’attestation
certificate-found = { $count ->
    [0] Aucune séance entre ces deux dates. Changez la période.
    [one] Une séance trouvée.
   *[other] { $count } séances trouvées.
}
certificate-will-be = Elle recevra son numéro en étant imprimée ou enregistrée.
certificate-is = L’original reste dans Documents, sous le numéro { $number }.
certificate-empty = L’aperçu apparaît ici
certificate-empty-sentence = Choisissez d’abord la personne.
certificate-empty-period = Aucune séance entre ces deux dates. Changez la période.

sheet-print = Imprimer la feuille

## Figures

## Settings

settings-title = Réglages
settings-structure = Structure
settings-structure-name = Nom de la structure
settings-siret = SIRET
settings-siret-missing = Pas encore noté. Les pass seront envoyés quand il sera là.
settings-sites = Lieux
settings-site-here = On travaille ici
settings-site-use = Travailler ici
settings-site-add = Ajouter un lieu
settings-site-fixed = Fixe
settings-site-itinerant = Se déplace
settings-site-title = Un lieu
settings-team = Équipe
settings-adviser-here = C’est moi
settings-adviser-add = Ajouter une personne de l’équipe
settings-adviser-title = Une personne de l’équipe
settings-account-name = Prénom et nom
settings-account-job = Fonction
settings-role = Rôle
settings-role-adviser-hint = Tient le comptoir : ateliers, personnes, pass et documents.
settings-role-manager-hint = Répond aussi du lieu : équipe, lien avec la métropole, protection et journal.
settings-with-pin = avec un code
settings-without-pin = sans code
settings-account-forget = Effacer le code
settings-account-forget-title = Effacer le code de { $name } ?
settings-account-forget-sentence = { $name } pourra entrer sans code, et en choisir un autre dans Réglages.
settings-account-forget-done = Le code de { $name } est effacé.
settings-account-close = Retirer
settings-account-close-title = Retirer { $name } de l’équipe ?
settings-account-close-sentence = { $name } ne pourra plus entrer sur ce poste. Ce que cette personne a noté reste, à son nom.
settings-account-close-done = { $name } ne fait plus partie de l’équipe de ce poste.
settings-rest = Le reste des réglages appartient au responsable du lieu.
settings-pin = Mon code
settings-pin-why = Un code de quelques chiffres garde votre place : Passerelle le demande à qui choisit votre nom.
settings-pin-open = N’importe qui peut prendre votre place d’un clic. Choisissez un code.
settings-pin-kept = Votre place est gardée par un code.
settings-pin-protect-first = Protégez d’abord cet ordinateur par une phrase de passe, un peu plus haut : sans elle, un code ne garde rien.
settings-pin-ask-to-protect = Il faut d’abord que cet ordinateur soit protégé par une phrase de passe. Demandez-le au responsable du lieu.
settings-pin-choose = Choisir un code
settings-pin-change = Changer mon code
settings-pin-remove = Ne plus avoir de code
settings-pin-current = Code actuel
settings-pin-yours = Votre code
settings-pin-new = Nouveau code
settings-pin-again = Le même code, une seconde fois
settings-pin-hint = De 4 à 8 chiffres. Évitez les dates de naissance et les chiffres qui se suivent.
settings-pin-chosen = Votre code est en vigueur. Il sera demandé la prochaine fois que vous choisirez votre nom.
settings-pin-remove-sentence = N’importe qui pourra prendre votre place d’un clic, et noter en votre nom.
settings-pin-remove-confirm = Supprimer mon code
settings-pin-removed = Vous n’avez plus de code.
settings-idle-title = Masquage de l’écran
settings-idle = Écran masqué après
settings-idle-hint = Quand personne ne touche à l’ordinateur, Passerelle se masque et demande qui est là. Ce qui est noté reste noté.
settings-idle-minutes = { $count ->
    [one] une minute
   *[other] { $count } minutes
}
settings-idle-never = Jamais
settings-link = Lien avec la métropole
settings-link-enrolled = Ce poste est relié à { $address }.
settings-link-not-enrolled = Ce poste n’est pas encore relié. Les pass sont gardés ici.
settings-link-enrol = Relier ce poste
settings-link-ask = Sans connexion, par un pli
settings-link-asked = Le code est gardé. Préparez le pli dans Remises, et portez-le à la métropole : sa réponse reliera ce poste.
settings-route = Réseau du lieu
settings-route-hint = À changer seulement si votre service informatique le demande.
settings-route-proxy = Proxy
settings-route-proxy-hint = Avec son port, par exemple proxy.mairie.fr:3128. Laissez vide pour suivre le réglage de l’ordinateur.
settings-route-proxy-system = Celui de l’ordinateur, s’il en a un
settings-route-authority = Autorité du réseau
settings-route-authority-none = Celles de l’ordinateur
settings-route-authority-added = Celles de l’ordinateur, et { $count ->
    [one] un certificat ajouté
   *[other] { $count } certificats ajoutés
}
settings-route-authority-file = Ajouter un certificat
settings-route-authority-hint = Un fichier PEM, quand votre réseau lit ce qui passe. Il remplace ceux qui ont été ajoutés.
settings-route-authority-forget = Retirer les certificats ajoutés
settings-sounds = Sons
settings-sounds-on = Un son bref à chaque réponse
settings-sounds-hint = Montant pour un pass accepté, grave pour un refus.
settings-sounds-accepted = Écouter « accepté »
settings-sounds-refused = Écouter « non accepté »
settings-keyboard = Au clavier
settings-keyboard-tab = Aller d’un élément au suivant, ou revenir
settings-keyboard-enter = Suivre un lien, appuyer sur un bouton
settings-keyboard-arrows = Choisir dans une liste de propositions
settings-keyboard-escape = Fermer une liste ou une fenêtre
settings-keyboard-scan = Prendre un pass : présentez-le au lecteur, où que soit le curseur
settings-keyboard-hide = Masquer l’écran, où que soit le curseur
settings-key-tab = Tab, Maj + Tab
settings-key-enter = Entrée, Espace
settings-key-arrows = Flèches, puis Entrée
settings-key-escape = Échap
settings-key-scan = Lecteur
settings-key-hide = Ctrl + L
settings-about = À propos
settings-version = Version { $version }
settings-licence = Logiciel libre, sous licence EUPL 1.2. Police Atkinson Hyperlegible Next, sous licence SIL OFL 1.1.

## Who did what when

journal-title = Journal
journal-sentence = Qui a fait quoi, et quand, sur ce poste.
journal-read = Lire le journal
journal-back = Revenir aux réglages
journal-save = Enregistrer le journal
journal-saved = Journal enregistré : { $path }
journal-caption = Ce qui a été fait
journal-note = Le plus récent d’abord. Les personnes qui viennent aux ateliers n’y sont que par leur numéro.
journal-nobody = Personne de connu
journal-older = Plus anciens
journal-whole = Tout le journal est affiché.
journal-none = Rien n’est noté pour l’instant
journal-none-sentence = Ce qui se fait sur ce poste s’écrira ici.
journal-not-yours = Le journal appartient au responsable du lieu.

## Refusals (the rules said no): refusal-CODE

refusal-not-a-code = Ce n’est pas le numéro d’un pass connu ici. Relisez-le, ou présentez le carré au lecteur.
refusal-wrong-check-digits = Un chiffre a été pris pour un autre. Retapez le numéro en le lisant par groupes.
refusal-forged = La signature de ce pass n’est pas celle de la métropole. Gardez-le à part et prévenez-la.
refusal-no-such-rank = Un chéquier de ce programme va de 1 à { $passes_per_booklet }, et ce pass porte le rang { $rank }. Relisez son numéro.
refusal-not-open-yet = Cet atelier est du { $held_on }, et ce programme commence le { $opens_on }. Gardez le pass pour un atelier à partir de ce jour, ou corrigez la date de l’atelier.
refusal-expired = Cet atelier est du { $held_on }. Ce pass valait jusqu’au { $last_day }, et était encore pris jusqu’au { $taken_until }. Rendez-le et proposez un autre pass.
refusal-blocked = Chéquier bloqué depuis le { $since }. Rendez le pass et invitez la personne à appeler la métropole.
refusal-outside-territory = « { $programme } » ne vaut pas dans cette commune. Rendez le pass et demandez-en un autre.
refusal-taken-here = Pass déjà pris ici, à l’atelier du { $held_on }. Rendez-le et demandez le suivant du chéquier.
refusal-spent-elsewhere = D’après la liste du { $known_on }, un autre lieu a déjà pris ce pass. Rendez-le, ou gardez-le pour examen s’il a été annulé depuis.
refusal-too-many-provisional = { $cap } pass attendent déjà une réponse, pour { $amount }. Connectez le poste, puis présentez celui-ci de nouveau.
refusal-day-to-come = Cet atelier est prévu le { $held_on }. Présentez le pass ce jour-là.
refusal-clock-behind = Cet ordinateur se croit le { $today }, mais la métropole lui a répondu le { $heard_on }. Dites quel jour nous sommes dans « Aujourd’hui », puis présentez le pass de nouveau.
refusal-unknown-service = Le programme de ce pass ne paie pas cette prestation. Choisissez-en une autre dans la liste.
refusal-already-voided = Ce pass est déjà annulé. Il peut être présenté de nouveau.
refusal-not-waiting = Ce pass n’attend plus de décision : il n’y a rien à contester.
refusal-contested-enough = Ce pass a déjà { $most } notes, autant que la métropole en lit. Attendez sa décision.

doubt-unknown-key = Pass signé depuis la dernière connexion de ce poste : réponse à la prochaine.
doubt-unlisted-booklet = Chéquier trop récent pour ce poste : réponse à la prochaine connexion.
doubt-not-activated = Chéquier pas encore activé à la dernière connexion : réponse à la prochaine.
doubt-spent-elsewhere = Noté comme pris ailleurs, gardé pour examen : la métropole répondra.

verdict-credited = Crédité : il sera réglé.
verdict-already-yours = Votre structure a déjà été créditée de ce pass. Rien à faire.
verdict-expired = Présenté après son dernier jour. Il ne sera pas réglé.
verdict-blocked = Chéquier bloqué depuis le { $since }. Ce pass ne sera pas réglé.
verdict-outside-territory = Ce programme ne vaut pas dans votre commune. Le pass ne sera pas réglé.
verdict-forged = Ce pass n’a jamais été émis. Gardez le papier : la métropole peut le demander.
verdict-voided = Annulation notée par la métropole.
verdict-unknown = Chéquier que la métropole ne connaît pas encore. Réponse dès qu’elle l’aura enregistré.
verdict-not-activated = Chéquier pas encore activé. Il sera crédité dès qu’il le sera.
verdict-taken-elsewhere = Pris aussi ailleurs : { $site }, le { $held_on }. La métropole tranchera ; le montant n’est ni perdu ni acquis.
verdict-to-examine = La métropole regarde la date de ce pass. Rien à faire pour l’instant.
verdict-declined = La métropole a décidé de ne pas le régler.

void-reason-wrong-pass = Ce n’était pas le bon pass
void-reason-wrong-person = Pas pour cette personne ou cet atelier
void-reason-not-held = L’atelier n’a pas eu lieu, ou la personne est partie
void-reason-handed-back = Pass rendu pour une autre raison

## Faults (what is to correct in a form): fault-CODE. The field's label stands before.

fault-siret-too-short = { $missing ->
    [one] Il manque un chiffre : vous en avez tapé { $typed }.
   *[other] Il manque { $missing } chiffres : vous en avez tapé { $typed }.
}
fault-siret-too-long = { $extra ->
    [one] Il y a un chiffre de trop : vous en avez tapé { $typed }.
   *[other] Il y a { $extra } chiffres de trop : vous en avez tapé { $typed }.
}
fault-siret-not-digits = Un SIRET n’a que des chiffres, 14 en tout.
fault-siret-wrong-key = Un chiffre ne va pas avec les autres : comparez-les un par un avec l’avis de situation.
fault-siret-enrolled = C’est sous le SIRET d’avant que la métropole paie ce poste. Remettez-le ; pour en changer, demandez-lui une nouvelle lettre.
fault-date-missing = Écrivez la date, par exemple 19/11/2026.
fault-date-not-a-date = Écrivez la date ainsi : 19/11/2026.
fault-date-no-such-month = L’année a 12 mois, et vous avez tapé { $month }. Écrivez le jour, puis le mois.
fault-date-no-such-day = Ce mois-là s’arrête au { $last_day }.
fault-date-too-late = Choisissez une date jusqu’au { $latest }.
fault-date-too-early = Choisissez une date à partir du { $earliest }.
fault-time-missing = Écrivez aussi l’heure de début.
fault-time-not-a-time = Écrivez l’heure ainsi : 14 h 00.
fault-time-no-such-time = Une journée va de 0 h 00 à 23 h 59.
fault-duration-missing = Choisissez une durée, ou écrivez l’heure de fin.
fault-duration-not-a-duration = Écrivez la durée ainsi : 1 h 30, ou 45 min.
fault-duration-ambiguous = Écrivez { $number } h ou { $number } min.
fault-duration-zero = Écrivez une durée d’une minute au moins.
fault-duration-too-long = Une activité dure { $most_hours } heures au plus.
fault-duration-disagrees = Du début à la fin, il y a { $between_minutes } minutes. Gardez la durée, ou l’heure de fin.
fault-commune-missing = Tapez les premières lettres, puis choisissez la commune dans la liste.
fault-commune-unknown = Choisissez la commune dans la liste.
fault-commune-address-missing = Écrivez le numéro et la rue, ou cochez « Ce lieu se déplace ».
fault-commune-not-a-postcode = Un code postal a 5 chiffres.
fault-commune-other-postcode = À { $commune } : { $postcode }.
fault-label-missing = Écrivez un nom.
fault-label-too-long = Raccourcissez ce nom : { $most } lettres au plus.
fault-workshop-title-missing = Donnez un titre à l’atelier : il figurera sur la feuille d’émargement.
fault-workshop-title-too-long = Raccourcissez le titre : { $most } lettres au plus.
fault-workshop-site-missing = Choisissez le lieu.
fault-workshop-place-missing = Écrivez où, en quelques mots.
fault-workshop-place-too-long = Raccourcissez l’endroit : { $most } lettres au plus.
fault-workshop-ends-before-start = La fin vient après le début : corrigez l’une ou l’autre heure.
fault-workshop-sub-theme-alone = Cochez aussi « Aide aux démarches administratives », ou décochez la démarche.
fault-workshop-equipment-both-none-and-some = Gardez « Aucun », ou le matériel utilisé.
fault-workshop-has-passes = Des pass sont déjà pris à cet atelier, à ce lieu et à cette date. Annulez-les d’abord, ou ouvrez un autre atelier.
fault-workshop-note-too-long = Raccourcissez la note : { $most } lettres au plus.
fault-name-no-letter = Écrivez un nom avec des lettres.
fault-name-too-long = Raccourcissez ce nom : { $most } lettres au plus.
fault-contact-not-a-phone = Écrivez le numéro ainsi : 06 12 34 56 78.
fault-contact-not-an-email = Écrivez l’adresse ainsi : odile.perrin@exemple.fr.
fault-attendee-name-missing = Écrivez un nom ou un prénom : l’un des deux suffit.
fault-attendee-not-a-year = Écrivez l’année en 4 chiffres, par exemple 1964.
fault-attendee-birth-year-in-future = Cette année n’est pas encore venue : comparez avec ce que dit la personne.
fault-attendee-birth-year-too-early = Écrivez une année à partir de 1900, en 4 chiffres.
fault-attendee-notes-too-long = Raccourcissez les notes : { $most } lettres au plus.
fault-head-count-not-a-number = Écrivez un nombre, en chiffres.
fault-head-count-too-many = Écrivez { $most } au plus.
fault-head-count-over-total = Vous en comptez { $counted } ici, pour { $total } en tout.
fault-pin-not-digits = Choisissez de { $least } à { $most } chiffres.
fault-pin-too-plain = C’est le premier code que tout le monde essaie. Choisissez des chiffres qui ne se suivent pas.
fault-pin-different = Ce n’est pas le même code. Retapez-le.
fault-pin-wrong = Ce n’est pas votre code. Retapez-le ; si vous l’avez oublié, demandez à un responsable de l’effacer.
fault-passphrase-too-short = Ajoutez un mot : il faut { $least } caractères au moins.
fault-passphrase-too-plain = Les mêmes lettres reviennent trop souvent. Prenez trois ou quatre mots différents.
fault-passphrase-too-long = Raccourcissez cette phrase : quelques mots suffisent.
fault-passphrase-different = Ce n’est pas la même phrase. Retapez-la, ou cochez « Montrer ce que je tape » pour comparer.
fault-passphrase-wrong = Ce n’est pas la phrase de passe de cet ordinateur. Vérifiez que les majuscules ne sont pas bloquées, puis retapez-la.
fault-recovery-length = Le code a 24 lettres et chiffres, et vous en avez tapé { $count }. Comparez groupe par groupe.
fault-recovery-group = Dans le groupe n° { $rank }, un signe a été pris pour un autre. Relisez-le sur la fiche.
fault-recovery-wrong = Ce code est celui d’une autre fiche. Prenez la dernière qui a été faite pour cet ordinateur.
fault-recovery-group-differs = Ce n’est pas ce groupe-là. Comptez les groupes sur la fiche, puis relisez celui-ci.
fault-proxy-address = Écrivez l’adresse du proxy comme votre service informatique l’a donnée, par exemple proxy.mairie.fr:3128
fault-note-missing = Écrivez ce que la métropole doit savoir.
fault-note-too-long = Raccourcissez cette note : { $most } lettres au plus.
fault-proxy-port = Ajoutez le port du proxy après deux points, par exemple proxy.mairie.fr:3128
fault-proxy-scheme = Passerelle ne connaît que les proxys HTTP. Demandez à votre service informatique l’adresse du sien.
fault-proxy-script = C’est l’adresse d’un script de navigateur. Demandez à votre service informatique celle du proxy lui-même.
fault-authority-none = Ce fichier ne contient pas de certificat. Demandez celui de l’autorité, au format PEM : il commence par « -----BEGIN CERTIFICATE----- ».
fault-authority-binary = Ce certificat n’est pas au format PEM. Demandez-le « encodé en Base64 » : il commence par « -----BEGIN CERTIFICATE----- ».
fault-authority-private-key = Ce fichier contient une clé secrète, que Passerelle ne garde pas. Demandez le certificat de l’autorité, sans sa clé.
fault-authority-damaged = Le certificat n° { $rank } de ce fichier ne se lit pas. Demandez de nouveau le fichier : il a pu être coupé.
fault-authority-too-large = Ce fichier est trop grand pour des certificats. Demandez celui de l’autorité de votre réseau seulement.

## Desk errors: error-CODE

error-locked = Le registre est fermé. Tapez la phrase de passe pour l’ouvrir.
error-nobody-here = L’écran est masqué. Choisissez votre nom pour continuer.
error-not-allowed = C’est au responsable du lieu de le faire. Demandez-lui, ou prenez sa place s’il est avec vous.
error-pin-rests = Trop de codes faux. Attendez { $seconds ->
    [one] une seconde
   *[other] { $seconds } secondes
}, puis retapez le code.
error-not-protected = Choisissez d’abord une phrase de passe pour cet ordinateur, dans Réglages : sans elle, un code ne garde rien.
error-last-manager = Il faut au moins un responsable. Donnez d’abord ce rôle à quelqu’un d’autre.
error-own-account = Vous ne pouvez pas retirer votre propre compte. Demandez à un autre responsable.
error-protected = Cet ordinateur est déjà protégé. La phrase de passe et la fiche se changent dans Réglages.
error-missing = Ce que vous demandez n’est plus dans le registre. Revenez à la liste.
error-not-set-up = Ce poste n’est pas encore mis en route. Notez d’abord votre nom et votre lieu.
error-workshop-closed = Cet atelier est clos. Rouvrez-le pour changer ses présences ou prendre un pass.
error-has-passes = Des pass ont été pris pour cette personne ici. Annulez-les d’abord, avec leur motif.
error-not-enrolled = Ce poste n’est pas encore relié à la métropole. Tapez le code de sa lettre dans Réglages.
error-nothing-to-print = Il n’y a rien à imprimer encore. Choisissez une autre période, ou inscrivez une personne.
error-paper = Ce papier n’a pas pu être dessiné. Rien de ce qui était noté n’est perdu ; recommencez.
error-missing-glyph = La lettre « { $letter } » manque dans la police d’impression. Corrigez le nom, ou signalez-le à votre référent.
error-unreadable = Ce fichier ne se lit pas. Essayez une photo plus nette, ou tapez le numéro du pass.
error-link = Pas de réponse de la métropole. Rien n’est perdu : tout partira à la prochaine connexion.
error-pouch = Ce fichier n’est pas la réponse que ce poste attend. Rien n’a changé ; choisissez-en un autre.
error-in-use = Passerelle est déjà ouverte sur ce registre. Revenez à l’autre fenêtre, ou fermez-la.
error-disk-full = Le disque est plein. Rien de ce qui était noté n’est perdu : libérez de la place, puis recommencez.
error-unwritable = Passerelle ne peut pas écrire dans { $path }. Demandez l’accès à ce dossier, puis recommencez.
error-key-lost = La clé du registre n’est plus dans { $path }. Remettez le fichier à sa place : rien n’a été effacé.
error-locks-unreadable = Le fichier { $path } ne se lit plus : sans lui, ni la phrase de passe ni la fiche de secours n’ouvrent le registre. Remettez-le depuis une copie ; rien n’a été effacé.
error-damaged = Le registre ne se lit plus. Il est laissé tel quel : appelez votre référent avant toute chose.
error-too-new = Ce registre vient d’une version plus récente de Passerelle. Mettez ce poste à jour pour l’ouvrir.
error-ledger = Le registre n’a pas pu répondre. Rien de ce qui était noté n’est perdu ; recommencez.
error-file = Le fichier { $path } n’a pas pu être lu ou écrit. Vérifiez qu’il est là, puis recommencez.
error-unforeseen = Passerelle n’a pas pu faire cela. Rien de ce qui était noté n’est perdu ; recommencez.

## Themes, kinds, levels and the other values of the Coop

activity-individuel = Accompagnement individuel
activity-collectif = Atelier collectif

place-lieu-activite = Lieu d’activité
place-domicile = À domicile
place-a-distance = À distance
place-autre = Autre lieu

equipment-ordinateur = Ordinateur
equipment-telephone = Téléphone
equipment-tablette = Tablette
equipment-autre = Autre
equipment-aucun = Aucun

theme-diagnostic-numerique = Diagnostic numérique
theme-prendre-en-main-du-materiel = Prendre en main du matériel
theme-maintenance-de-materiel = Maintenance de matériel
theme-gere-ses-contenus-numeriques = Gérer ses contenus numériques
theme-navigation-sur-internet = Navigation sur internet
theme-email = E-mail
theme-bureautique = Bureautique
theme-reseaux-sociaux = Réseaux sociaux communication
theme-sante = Santé
theme-banque-et-achats-en-ligne = Banque et achats en ligne
theme-entrepreneuriat = Accompagner un professionnel
theme-insertion-professionnelle = Insertion professionnelle
theme-securite-numerique = Prévention en sécurité numérique
theme-parentalite = Parentalité
theme-scolarite-et-numerique = Scolarité et numérique
theme-creer-avec-le-numerique = Créer avec le numérique
theme-culture-numerique = Culture numérique
theme-intelligence-artificielle = Intelligence artificielle (IA)
theme-aide-aux-demarches-administratives = Aide aux démarches administratives

sub-theme-papiers-elections-citoyennete = Papiers, élections, citoyenneté
sub-theme-famille-scolarite = Famille, scolarité
sub-theme-social-sante = Social, santé
sub-theme-travail-formation = Travail, formation
sub-theme-logement = Logement
sub-theme-transports-mobilite = Transports, mobilité
sub-theme-argent-impots = Argent, impôts
sub-theme-justice = Justice
sub-theme-etrangers-europe = Étrangers, Europe
sub-theme-loisirs-sports-culture = Loisirs, sports, culture
sub-theme-associations = Associations

autonomy-entierement-accompagne = Entièrement accompagné (1/3)
autonomy-partiellement-autonome = Partiellement autonome (2/3)
autonomy-autonome = Autonome (3/3)

level-debutant = Débutant
level-intermediaire = Intermédiaire
level-avance = Avancé

referral-administration = Administration
referral-mediation-numerique = Médiation numérique
referral-operateur-ou-organisme-en-charge = Opérateur ou organisme en charge
referral-aide-sociale = Aide sociale
referral-insertion-professionnelle = Insertion professionnelle
referral-aide-aux-demarches-administratives = Aide aux démarches administratives
referral-autre = Autre

gender-masculin = Homme
gender-feminin = Femme
gender-non-communique = Non communiqué

situation-scolarise = Scolarisé
situation-sans-emploi = Sans emploi
situation-en-emploi = En emploi
situation-retraite = Retraité
situation-non-communique = Non communiqué

qpv-yes = Oui
qpv-no = Non
qpv-unknown = Non précisé

age-moins-de-douze = Moins de 12 ans
age-douze-dix-huit = 12 à 17 ans
age-dix-huit-vingt-quatre = 18 à 24 ans
age-vingt-cinq-trente-neuf = 25 à 39 ans
age-quarante-cinquante-neuf = 40 à 59 ans
age-soixante-soixante-neuf = 60 à 69 ans
age-soixante-dix-plus = 70 ans et plus
age-non-communique = Âge non communiqué

## Command line

cli-about = Passerelle, le comptoir d’un lieu de médiation numérique. Sans ordre, la fenêtre s’ouvre.
cli-usage = Usage :
cli-orders = Ordres
cli-order = ORDRE
cli-options = Options
cli-arguments = Arguments
cli-profile = Le dossier où tout est gardé : le registre, sa clé. Sans cela, celui que prévoit le système.
cli-help = Montre cette aide.
cli-version = Montre la version.
cli-json = Répond en JSON, pour un autre programme.
cli-files = Les images ou les PDF où lire des pass.
cli-out = Le fichier à écrire : en .pli, ou en .pdf pour l’imprimer. Un dossier suffit : le pli y prend son nom.
cli-returns = La réponse rapportée : le fichier en .pli, ou les images et les PDF de ses carrés.
cli-pouches = Le pli du poste voisin : le fichier en .pli, ou les images et les PDF de ses carrés.
cli-courier = Échange sans connexion : un pli à porter, une réponse à reprendre.
cli-courier-export = Prépare le pli à porter à la métropole.
cli-courier-import = Reprend la réponse de la métropole.
cli-courier-bring = Porte à la métropole le pli d’un poste voisin sans connexion, et écrit la réponse à lui rapporter.
cli-courier-exported = Le pli est dans { $file }. En attente d’une réponse : { $tally }. Portez-le à la métropole.
cli-sync = Porte à la métropole ce que la fenêtre a laissé en se fermant, sans ouvrir le registre ; ouverte, elle fait l’échange elle-même.
cli-status = Dit où en sont les pass, en nombre et en euros.
cli-check = Vérifie le registre : intégrité, chaîne des écritures, sommes.
cli-link = Dit par où passe le lien avec la métropole, et le change.
cli-link-proxy = Proxy : { $proxy }
cli-link-system-proxy = Proxy : celui de l’ordinateur, s’il en a un
cli-link-authorities = Certificats ajoutés à ceux de l’ordinateur : { $count }
cli-proxy = Passe par ce proxy, par exemple proxy.mairie.fr:3128.
cli-no-proxy = Suit de nouveau le réglage de l’ordinateur.
cli-authority = Croit aussi les autorités de ce fichier PEM, pour un réseau qui lit ce qui passe.
cli-no-authority = Ne croit plus que les autorités de l’ordinateur.
cli-scan = Lit les pass d’images ou de PDF et dit ce que vaut chacun. Rien n’est enregistré.
cli-exit-codes =
    Codes de sortie
      0  C’est fait, il n’y a rien à regarder.
      1  C’est fait, et quelque chose est à regarder : un pass non valable, un registre qui ne concorde pas.
      2  L’ordre n’est pas compris.
      3  Le poste n’est pas mis en route, ou pas relié à la métropole.
      4  La métropole n’a pas répondu. Rien n’est perdu.
      5  Le registre est ouvert ailleurs et ne répond pas.
      6  Le registre, ou un fichier nommé, ne se lit pas.
      7  Le registre est protégé : la phrase de passe, le code ou le droit de le faire manque, ou n’est pas le bon.
cli-not-understood = « { $word } » n’est pas compris. « passerelle --help » dit ce qui peut être demandé.
cli-incomplete = Il manque quelque chose à cet ordre. « passerelle --help » dit ce qui peut être demandé.
cli-no-folder = Le système n’indique aucun dossier où garder le registre. Nommez-en un avec --profile.
cli-no-window = La fenêtre ne peut pas s’ouvrir ici ({ $reason }). Les ordres de « passerelle --help » s’en passent.
cli-passphrase = Phrase de passe du registre :
cli-pin = Code de { $name } :
cli-passphrase-wrong = Ce n’est pas la phrase de passe de cet ordinateur. Rien n’a été fait.
cli-tally = { $count } pass, { $amount }
cli-outbox-brought = Remises portées à la métropole : { $batches }. Réponses reçues : { $answered }, prises en compte à la prochaine ouverture de Passerelle.
cli-outbox-done = Tout est déjà porté à la métropole. Ses réponses attendent la prochaine ouverture de Passerelle.
cli-outbox-empty = Rien n’est prêt à partir. Ouvrez Passerelle, puis fermez-la : elle prépare l’envoi en se fermant.
cli-outbox-spoiled = L’envoi préparé est abîmé, et reste où il est. Ouvrez Passerelle, puis fermez-la : elle le prépare de nouveau. Rien n’est perdu.
cli-outbox-draft = Un fichier de l’envoi n’a pas fini d’être écrit : il est laissé de côté. Rien n’est perdu, tout est dans le registre.
cli-sync-sent = La métropole a répondu. Reçus par elle : { $tally }.
cli-sync-credited = Crédités : { $tally }.
cli-sync-to-examine = À examiner : { $tally }.
cli-sync-refused = Refusés : { $tally }.
cli-status-where = { $structure }, { $site }
cli-status-waiting-since = Des pass attendent depuis le { $day }.
cli-status-standing = { $standing } : { $tally }
cli-status-paid = Payé à la structure, tous ses postes confondus : { $tally }
cli-status-month = { $month } : { $amount }
cli-status-month-to-confirm = { $month } : { $amount }, à confirmer par la métropole
cli-scan-code = { $file }, page { $page } : { $number }. { $sentence }
cli-scan-problem = { $file } : { $sentence }

check-sound = Tout concorde : { $events } écritures, { $redemptions } encaissements.
check-not-sound = Le registre ne concorde pas ({ $events } écritures, { $redemptions } encaissements). N’y touchez pas, gardez-en une copie et appelez votre référent.
check-file = Le fichier est abîmé : { $what }.
check-encryption = Une page chiffrée a été changée : { $what }.
check-relation = Une ligne renvoie à une autre qui n’est pas là : { $what }.
check-chain = La chaîne des écritures est rompue à { $what }.
check-event = Une écriture ne dit pas la même chose que le registre : { $what }.
check-attempt = Un pass est compté deux fois : encaissement { $what }.
check-standing = L’état d’un encaissement n’est pas celui que disent les réponses : { $what }.
check-tally = Une somme ne tombe pas juste : { $what }.
check-batch = Une remise scellée n’est pas celle du journal : { $what }.
check-audit = Le journal de qui a fait quoi ne se suit plus à la ligne { $what }.
check-receipt = Un accusé n’est pas celui de la métropole : { $what }.

## Clearing

clearing-issuer = La métropole

clearing-help = Le service de la métropole qui émet les pass, répond aux lieux et crédite chaque pass une seule fois.
clearing-help-commands = Commandes
clearing-help-data = Dossier du service : ses livres et sa clé
clearing-help-database = Base PostgreSQL des livres, quand ils ne sont pas dans le dossier ; ou la variable PASSERELLE_DATABASE, qui garde le mot de passe hors de la liste des processus
clearing-help-json = Répondre par une ligne de JSON
clearing-help-help = Montrer cette aide
clearing-help-exit-codes =
    Codes de sortie :
      0  c’est fait
      2  la commande n’est pas complète ou n’est pas comprise
      3  une règle s’y oppose ; la phrase dit quoi faire
      4  un fichier, les livres ou le réseau ne répondent pas
clearing-help-serve = Répondre aux postes, jusqu’à Ctrl-C ou SIGTERM
clearing-help-listen = Adresse et port d’écoute ; le port 0 en choisit un libre
clearing-help-admin-listen = Adresse et port de l’administration (« /metrics », « /openapi.json »), qui demandent un jeton ; sans TLS, sur cette machine seulement. Sans cela, pas d’administration par le réseau
clearing-help-tls-certificate = Chaîne de certificats, en PEM, relue sans arrêt quand elle change ; sans certificat, le service parle en clair, derrière un relais qui chiffre
clearing-help-tls-key = Clé du certificat, en PEM
clearing-help-trusted-proxy = Relais dont l’en-tête « X-Forwarded-For » est cru ; plusieurs se séparent par des virgules
clearing-help-log = Forme du journal, écrit sur stderr : text ou json
clearing-help-per-address = Demandes d’une même adresse : combien d’un coup, puis combien de plus par minute
clearing-help-per-device = Demandes d’un même poste : combien d’un coup, puis combien de plus par minute
clearing-help-guesses-per-address = Codes d’inscription inconnus venus d’une même adresse, compté de même
clearing-help-guesses-per-code = Codes d’inscription inconnus qui commencent comme un même code, compté de même
clearing-help-connections = Connexions ouvertes en même temps ; les suivantes attendent
clearing-help-head-seconds = Temps laissé à une demande pour dire ce qu’elle veut, silence compris
clearing-help-body-seconds = Temps laissé à une demande pour arriver entière
clearing-help-connection-seconds = Temps après lequel une connexion est renouvelée
clearing-help-stop-seconds = Temps laissé aux demandes en cours quand le service s’arrête
clearing-help-pace-seconds = Temps entre deux échanges demandé aux postes qui n’ont rien à envoyer
clearing-help-admin = Les jetons de l’administration par le réseau
clearing-help-admin-add = Faire un jeton, montré une seule fois
clearing-help-admin-list = Montrer les jetons faits, sans les jetons eux-mêmes
clearing-help-admin-revoke = Ne plus ouvrir à un jeton
clearing-help-admin-name = Nom du jeton : celui de la machine ou du programme qui s’en sert
clearing-help-programme = Les programmes
clearing-help-programme-add = Ajouter un programme décrit dans un fichier TOML
clearing-help-programme-file = Le fichier du programme
clearing-help-programme-number = Numéro du programme
clearing-help-mint = Émettre des chéquiers signés, en CSV et en PDF à imprimer
clearing-help-booklets = Combien de chéquiers
clearing-help-out = Dossier où écrire les fichiers
clearing-help-activate = Activer des chéquiers dont la commande est payée
clearing-help-block = Bloquer des chéquiers
clearing-help-from = Premier chéquier
clearing-help-to = Dernier chéquier
clearing-help-since = Premier jour du blocage ; aujourd’hui si rien n’est dit
clearing-help-structure = Les structures payées
clearing-help-structure-add = Ajouter une structure
clearing-help-structure-name = Nom de la structure
clearing-help-siret = SIRET de la structure
clearing-help-enrol = Donner un code à usage unique pour relier un poste
clearing-help-days = Combien de jours le code sert
clearing-help-letter = Écrire aussi la lettre, dans ce fichier
clearing-help-address = Adresse du service, comme on la tape sur le poste
clearing-help-status = Où en est le service
clearing-help-officer = Compte qui agit, gardé dans le registre des actes ; celui de la session si rien n’est dit
clearing-help-reason = Pourquoi, en quelques mots, qui restent écrits
clearing-help-conflict = Les pass présentés par plusieurs structures, et les présentations à examiner
clearing-help-conflict-list = Montrer ce qui attend votre décision
clearing-help-conflict-show = Montrer une présentation, qui a le pass et qui d’autre l’attend
clearing-help-conflict-decide = Créditer ou refuser une présentation, une fois pour toutes
clearing-help-claim = Référence de la présentation, donnée par « conflict list »
clearing-help-credit = Créditer le pass à cette présentation
clearing-help-decline = Refuser cette présentation
clearing-help-courier = Répondre aux plis que des lieux sans connexion apportent sur une clé USB ou sur papier
clearing-help-courier-in = Les plis : fichiers en .pli, photos ou PDF de leurs carrés, dans n’importe quel ordre
clearing-help-courier-out = La réponse à rapporter : un fichier en .pli, un PDF à imprimer, ou un dossier quand il y a plusieurs plis
clearing-help-device = Les postes reliés
clearing-help-device-list = Montrer les postes, et quand chacun a donné de ses nouvelles
clearing-help-device-revoke = Ne plus écouter un poste volé, vendu ou perdu
clearing-help-device-identity = Identité du poste, ou son début
clearing-help-key = La clé avec laquelle le service signe
clearing-help-key-show = Montrer la clé, et celles qu’elle a remplacées
clearing-help-key-replace = Remplacer la clé : les postes suivent d’eux-mêmes à leur prochain échange
clearing-help-booklet = Les chéquiers
clearing-help-booklet-show = Montrer un chéquier, pass par pass
clearing-help-booklet-number = Numéro du chéquier
clearing-help-pay-to = Dire sur quel compte payer une structure
clearing-help-iban = IBAN du compte ; les espaces ne comptent pas
clearing-help-bic = BIC de la banque, si vous l’avez
clearing-help-holder = Titulaire du compte
clearing-help-settle = Les règlements mensuels
clearing-help-settle-preview = Montrer ce que donnerait un mois, sans le clore
clearing-help-settle-close = Clore un mois fini, une fois pour toutes
clearing-help-settle-export = Écrire de nouveau le fichier signé d’un mois clos
clearing-help-settle-import = Reprendre un mois clos que les livres ont perdu, depuis son fichier signé
clearing-help-settle-file = Fichier signé d’un mois clos (.psr)
clearing-help-anyway = Passer outre ce qui manque ; --reason dit pourquoi
clearing-help-settle-show = Montrer un mois clos, et réimprimer ses papiers
clearing-help-month = Le mois, comme 2026-10
clearing-help-month-next = Le mois, comme 2026-10 ; le prochain à clore si rien n’est dit
clearing-help-settle-out = Dossier où écrire l’état liquidatif et le relevé pour la régie
clearing-help-backup = Copier les livres pendant le service, et vérifier la copie
clearing-help-backup-file = Fichier à créer ; il ne doit pas exister
clearing-help-audit = Montrer ce que les agents ont fait, dans l’ordre

clearing-misused = Cette commande n’est pas complète ou n’est pas comprise ({ $told }). Ajoutez --help pour voir ce qu’elle attend.

clearing-said-programme = « { $programme } » est le programme { $id }.
clearing-said-mint = Chéquiers { $first } à { $last } émis, { $count } pass. À imprimer : { $pdf }. La liste : { $csv }. Activez-les quand leur commande est payée.
clearing-said-activate = { $booklets ->
    [0] Ces chéquiers étaient déjà activés.
    [one] { $booklets } chéquier activé.
   *[other] { $booklets } chéquiers activés.
} { $decided ->
    [0] Aucun pass ne les attendait.
    [one] { $decided } pass qui attendait a sa réponse.
   *[other] { $decided } pass qui attendaient ont leur réponse.
}
clearing-said-block = { $booklets ->
    [0] Ces chéquiers étaient déjà bloqués.
    [one] { $booklets } chéquier bloqué depuis le { $since }.
   *[other] { $booklets } chéquiers bloqués depuis le { $since }.
}
clearing-said-structure = { $name }, SIRET { $siret }, est connue.
clearing-said-enrol = Code pour { $structure } : { $code }. Il sert une fois, pour un seul poste, jusqu’au { $until }. Il n’est affiché qu’ici.
clearing-said-status = { $structures ->
    [one] { $structures } structure
   *[other] { $structures } structures
}, { $devices ->
    [one] { $devices } poste
   *[other] { $devices } postes
}, { $batches ->
    [one] { $batches } remise
   *[other] { $batches } remises
}, { $events ->
    [one] { $events } encaissement ou annulation
   *[other] { $events } encaissements et annulations
}.
clearing-said-status-programme = { $name } : { $booklets } chéquiers émis, { $activated } activés, { $blocked } bloqués ; { $count } pass crédités pour { $amount }.

clearing-instant = { $day } à { $hour }
clearing-pass = programme { $programme }, chéquier { $booklet }, pass { $rank }
clearing-site-unnamed = lieu sans nom
clearing-officer-unsaid = compte non précisé
clearing-claim-credited = crédité
clearing-claim-already-yours = déjà crédité à cette structure
clearing-claim-declined = refusé
clearing-claim-unknown = chéquier inconnu
clearing-claim-not-activated = chéquier pas encore activé
clearing-claim-taken-elsewhere = déjà pris ailleurs
clearing-claim-to-examine = à examiner
clearing-said-claims = { $count ->
    [0] Rien n’attend votre décision.
    [one] Une présentation attend votre décision. « conflict show » en dit plus.
   *[other] { $count } présentations attendent votre décision. « conflict show » en dit plus.
}
clearing-said-claim-line = { $claim }  { $pass } ; { $structure }, le { $day } : { $code }
clearing-said-contested = { $count ->
    [one] contesté le { $day } : « { $note } »
   *[other] contesté { $count } fois, la dernière le { $day } : « { $note } »
}
clearing-said-note = contesté le { $day }, note reçue le { $received } : « { $note } »
clearing-said-conflict = { $pass }
clearing-said-presentation = { $claim }  { $code } : { $structure } (SIRET { $siret }), { $site } { $commune }, le { $day } ; reçu le { $received } du poste « { $device } »
clearing-said-void = { $claim }  { $code } : annulation par { $structure } (SIRET { $siret }), { $site } { $commune }, le { $day } ; reçue le { $received } du poste « { $device } »
clearing-said-no-holder = Personne n’a ce pass en ce moment.
clearing-structure-unknown = une structure inconnue
clearing-said-paid-before = Ce pass a déjà été payé à { $structure } ({ $month }), et sa présentation n’est pas revenue dans les livres. Le créditer ici le fait payer une seconde fois : demandez d’abord à { $structure } ce qu’il en est.
clearing-said-holder-final = Un crédit donné ne se reprend pas d’ici. Si ce pass revient à l’autre structure, demandez à celle qui l’a de l’annuler sur son poste, puis créditez la présentation qui attend. Sinon, refusez-la.
clearing-said-decided = C’est décidé : { $pass }. Chaque lieu l’apprend à sa prochaine connexion.
clearing-said-told = { $claim }  SIRET { $siret } : { $code }
clearing-said-courier = Poste { $device } : { $batches ->
    [0] aucune remise à accuser
    [one] une remise accusée
   *[other] { $batches } remises accusées
}. La réponse est dans { $file } : rapportez-la au poste.
clearing-said-courier-enrolled = Ce poste vient d’être relié.
clearing-said-courier-refused = Une partie du pli n’est pas prise ; la réponse dit au poste laquelle, et il la rapportera s’il le faut.
clearing-said-courier-without-state = La liste de référence est trop longue pour le papier : portez-la sur une clé USB quand vous pourrez.
clearing-said-devices = { $count ->
    [0] Aucun poste n’est relié.
    [one] Un poste est relié.
   *[other] { $count } postes sont reliés.
}
clearing-said-device-line = { $device }  { $structure }, « { $label } » : { $heard }
clearing-said-device-revoked = n’est plus écouté depuis le { $at }
clearing-said-device-heard = dernières nouvelles le { $at }
clearing-said-device-forked = Son registre a repris d’une ancienne copie, ou deux postes s’en servent. Rien n’est payé deux fois ; demandez au lieu combien de postes il utilise vraiment.
clearing-said-device-unreported = , n’a pas encore redonné ce qu’il sait
clearing-said-device-silent = n’a encore rien envoyé
clearing-said-keys = { $count ->
    [one] Le service signe avec sa première clé.
   *[other] Le service signe avec sa clé n° { $count } :
}
clearing-said-key-line = Clé n° { $number }, { $server }, { $since }
clearing-said-key-first = la première
clearing-said-key-since = depuis le { $at }
clearing-said-key-replaced = La clé est remplacée. Les postes suivent d’eux-mêmes à leur prochain échange, et tout ce qui a été signé avant reste bon.
clearing-said-key-files = À mettre au coffre dès maintenant, et à recopier sur chaque machine du service : { $files }.
clearing-said-revoked = Le poste « { $label } » de { $structure } n’est plus écouté. Ce qu’il a déjà envoyé reste acquis.
clearing-said-booklet = { $programme }, chéquier { $booklet } : { $state }, valable jusqu’au { $day }.
clearing-booklet-issued = émis, pas encore activé
clearing-booklet-activated = activé
clearing-booklet-blocked = bloqué depuis le { $since }
clearing-said-pass-free = Pass { $rank } : libre
clearing-said-pass-credited = Pass { $rank } : crédité à { $structure } le { $at }
clearing-said-pass-withdrawn = , rendu le { $at }
clearing-said-pass-claimed = Pass { $rank } : présenté par { $structure }, { $code } ({ $claim })
clearing-said-pay-to = { $name } est payée sur { $iban }, compte de { $holder }.
clearing-said-settlement-draft = Projet de règlement, { $month } : { $amount } pour { $structures ->
    [one] { $structures } structure
   *[other] { $structures } structures
}, { $paid } à payer.
clearing-said-settlement-closed = Règlement clos, { $month } : { $amount } pour { $structures ->
    [one] { $structures } structure
   *[other] { $structures } structures
}, { $paid } à payer.
clearing-said-settlement-line = { $structure } (SIRET { $siret }) : { $amount }
clearing-said-settlement-paid = , { $paid } à payer
clearing-said-settlement-held = , { $left } retenus faute de coordonnées bancaires (« structure pay-to »)
clearing-said-settlement-owed = , { $left } dus par la structure et repris sur le mois suivant
clearing-said-settlement-signed = Fichier signé du mois, à garder hors des livres : { $file }
clearing-said-brought-back = Le mois est repris tel qu’il a été clos.
clearing-said-brought-back-known = Ce mois est déjà dans les livres, tel qu’il a été clos.
clearing-said-aftermath = Les livres sont repartis d’une ancienne copie (génération { $generation }). { $count ->
    [0] Tous les postes ont redonné ce qu’ils savent.
    [one] Un poste n’a pas encore redonné ce qu’il sait : aucun mois ne se clôt avant.
   *[other] { $count } postes n’ont pas encore redonné ce qu’ils savent : aucun mois ne se clôt avant.
}
clearing-said-lost-months = Mois clos que les livres ont perdus : { $months }. Reprenez-les dans l’ordre avec « settle import », en commençant par { $first } ; leurs fichiers sont dans le dossier « settlements » du service.
clearing-said-awaited = { $count ->
    [one] Un pass compté dans un mois repris n’est pas encore revenu : il ne sera pas payé une seconde fois.
   *[other] { $count } pass comptés dans un mois repris ne sont pas encore revenus : ils ne seront pas payés une seconde fois.
}
clearing-said-settlement-files = Papiers écrits dans { $folder }.
clearing-said-token =
    Jeton « { $name } », montré cette seule fois :
    { $token }
clearing-said-token-revoked = Le jeton « { $name } » n’ouvre plus rien.
clearing-said-tokens = { $count ->
    [0] Aucun jeton.
    [one] { $count } jeton :
   *[other] { $count } jetons :
}
clearing-said-token-line = { $name }, fait par { $officer }, { $at }
clearing-said-backup = Les livres sont copiés et vérifiés : { $file }, { $size } Kio. La clé du service (server.key) n’y est pas : gardez-en une copie à part.
clearing-said-no-audit = Personne n’a encore rien fait ici.
clearing-said-audit-line = { $number }. Le { $at }, { $officer } : { $act }
clearing-said-audit-reason = . Motif : { $reason }

statement-month = Période
statement-reference = Référence
statement-siret = SIRET
statement-structure = Structure
statement-programme = Programme
statement-face-value = Valeur d’un pass
statement-credited-count = Pass crédités
statement-credited-amount = Montant crédité
statement-withdrawn-count = Pass rendus
statement-withdrawn-amount = Montant rendu
statement-amount = Montant du mois
statement-carried = Report
statement-paid = À payer
statement-holder = Titulaire
statement-iban = IBAN
statement-bic = BIC
statement-left = Reste
statement-given-back = { $programme }, pass rendus

clearing-act-programme-added = programme { $programme } ajouté, « { $name } »
clearing-act-booklets-issued = chéquiers { $first } à { $last } du programme { $programme } émis
clearing-act-booklets-activated = chéquiers { $first } à { $last } du programme { $programme } activés
clearing-act-booklets-blocked = chéquiers { $first } à { $last } du programme { $programme } bloqués depuis le { $since }
clearing-act-structure-added = structure { $name } ajoutée, SIRET { $siret }
clearing-act-enrolment-issued = code de mise en route donné, SIRET { $siret }
clearing-act-device-revoked = poste { $device } arrêté, SIRET { $siret }
clearing-act-claim-credited = présentation { $claim } créditée : programme { $programme }, chéquier { $booklet }, pass { $rank }
clearing-act-claim-declined = présentation { $claim } refusée : programme { $programme }, chéquier { $booklet }, pass { $rank }
clearing-act-payee-entered = coordonnées bancaires saisies, SIRET { $siret }
clearing-act-month-brought-back = mois { $month } repris de son fichier signé
clearing-act-key-replaced = clé du service remplacée par la clé n° { $number }
clearing-act-month-closed = mois { $month } clos

clearing-error-refused = Ce poste n’est pas connu ici. Relisez son identité.
clearing-error-unreadable-programme = Ce fichier ne décrit pas un programme. Corrigez-le, puis recommencez.
    { $detail }
clearing-error-faulty-programme = Ce programme ne peut pas être émis tel quel. { $detail }
clearing-error-programme-exists = Le programme { $programme } existe avec d’autres termes. Donnez au nouveau un autre numéro.
clearing-error-no-such-programme = Aucun programme ne porte le numéro { $programme }. Ajoutez-le d’abord avec « programme add ».
clearing-error-not-issued = Les chéquiers { $first } à { $last } n’ont pas tous été émis. Vérifiez les numéros, ou émettez-les avec « mint ».
clearing-error-numbers-exhausted = Le format des numéros n’a plus de place pour le chéquier { $booklet }. Demandez moins de chéquiers, ou ouvrez un autre programme.
clearing-error-faulty-siret = Ce SIRET n’est pas complet, ou un chiffre a été pris pour un autre. Relisez ses 14 chiffres.
clearing-error-no-such-structure = Aucune structure n’a le SIRET { $siret }. Ajoutez-la d’abord avec « structure add ».
clearing-error-structure-exists = Le SIRET { $siret } est déjà celui de { $name }. Vérifiez le nom.
clearing-error-no-reason = Une décision a son motif. Donnez-le en quelques mots avec --reason.
clearing-error-no-such-claim = Aucune présentation en attente ne porte la référence { $claim }. « conflict list » les donne toutes.
clearing-error-pass-credited = Ce pass est crédité à { $name } (SIRET { $siret }), et un crédit ne se reprend pas d’ici. S’il ne lui revient pas, demandez-lui de l’annuler sur son poste, puis recommencez. Sinon, refusez cette présentation.
clearing-error-nothing-to-credit = C’est une annulation, pas un pass pris : rien n’est à créditer. Refusez-la, ou laissez-la en attente.
clearing-error-not-activated = Le chéquier { $booklet } n’est pas activé. Activez-le d’abord avec « activate » quand sa commande est payée.
clearing-error-no-such-device = Aucun poste, ou plusieurs, n’ont une identité qui commence par « { $beginning } ». « device list » les donne toutes.
clearing-error-faulty-payee = { $detail } Rien n’est changé.
clearing-error-nothing-to-settle = Aucun pass n’a encore été crédité : il n’y a rien à régler.
clearing-error-month-not-over = Pour { $month }, attendez : le mois n’est pas fini à l’heure de Paris. « settle preview » en montre déjà les chiffres.
clearing-error-month-closed = Pour { $month }, le règlement est clos et ne change plus. Réimprimez-le avec « settle show { $number } ».
clearing-error-month-out-of-turn = Avant { $month }, c’est { $next } qui est à clore.
clearing-error-no-such-settlement = Pour { $month }, rien n’est clos. « settle preview » montre les chiffres, « settle close { $number } » les fige.
clearing-error-devices-silent = Les livres sont repartis d’une ancienne copie, et { $count ->
    [one] un poste n’a pas encore redonné ce qu’il sait
   *[other] { $count } postes n’ont pas encore redonné ce qu’ils savent
}. Attendez leur prochaine connexion, demandez-leur un pli, ou arrêtez avec « device revoke » ceux qui n’existent plus. Pour clore sans eux : --anyway et --reason.
    { $devices }
clearing-error-month-lost = Pour { $month }, le règlement a été clos après la copie dont les livres repartent : ils l’ont perdu. Reprenez-le d’abord avec « settle import » : son fichier est { $number }.psr, dans le dossier « settlements » du service.
clearing-error-earlier-month-lost = Avant { $month }, reprenez { $earlier } : son fichier est { $number }.psr.
clearing-error-credits-missing = Pour { $month }, le règlement compte { $count ->
    [one] un pass qui n’est pas revenu
   *[other] { $count } pass qui ne sont pas revenus
} dans les livres. Attendez que les postes se connectent, puis recommencez. Pour le reprendre sans eux : --anyway et --reason.
    { $told }
clearing-missing-holder = { $name } : { $count }
clearing-missing-silent = Postes qui n’ont pas encore redonné ce qu’ils savent :
clearing-error-not-our-settlement = Ce fichier n’est pas le règlement d’un mois signé par ce service. Prenez celui du dossier « settlements », ou de votre sauvegarde.
clearing-error-copy-exists = { $path } existe déjà, et une copie ne remplace rien. Donnez un autre nom de fichier.
clearing-error-not-a-pouch = { $path } n’est pas un pli. Choisissez le fichier en .pli du poste, ou une photo nette de ses carrés.
clearing-error-damaged-pouch = { $path } est abîmé ou incomplet. Copiez-le de nouveau depuis la clé, ou demandez au poste de refaire le pli : rien n’y est perdu.
clearing-error-pouch-is-return = { $path } est une réponse à rapporter à un poste, pas un pli.
clearing-error-several-pouches = Il y a plusieurs plis : donnez un dossier avec --out à la place de { $path }.
clearing-error-missing-code = Il manque le carré { $rank } sur { $count } d’un pli. Ajoutez sa photo après --in.
clearing-error-return-too-long = Cette réponse est trop longue pour le papier. Donnez un fichier en .pli, et portez-le sur une clé USB.
clearing-error-too-new = Ces livres viennent d’une version plus récente (schéma { $found }, connu jusqu’à { $known }). Mettez le service à jour.
clearing-error-other-key = La clé { $path } n’est pas celle de ces livres. Remettez la bonne : rien n’a été changé.
clearing-error-key-lost = La clé { $path } n’est plus là. Remettez-la depuis votre sauvegarde : les postes ne font confiance qu’à elle.
clearing-error-books = Les livres ne répondent pas ({ $detail }). Rien de commencé n’est resté à moitié ; recommencez.
clearing-error-unreadable-address = L’adresse de la base n’est pas comprise. Écrivez-la sous la forme « postgresql://rôle:mot-de-passe@machine/base ».
clearing-error-address-in-clear = Cette adresse ferait passer les livres et le mot de passe en clair sur le réseau. Enlevez « sslmode=disable ».
clearing-error-books-in-database = Les livres de ce service sont dans une base de données ({ $path } le dit). Donnez son adresse avec --database ou PASSERELLE_DATABASE : rien n’a été changé.
clearing-error-books-in-folder = Les livres de ce service sont dans { $path }. Repartez sans --database ni PASSERELLE_DATABASE, ou d’un dossier qui ne contient que la clé : rien n’a été changé.
clearing-error-copy-of-database = Les livres de ce service sont dans une base de données. Copiez-la avec pg_dump, et mettez la clé { $path } à l’abri ailleurs.
clearing-error-damaged = Les livres contiennent autre chose que ce qui y est écrit d’ordinaire ({ $detail }). N’y touchez pas, et repartez d’une sauvegarde.
clearing-error-file = { $path } ne peut pas être lu ou écrit ({ $detail }). Vérifiez le chemin et les droits, puis recommencez.
clearing-error-paper = Ce papier ne peut pas être imprimé ({ $detail }). Corrigez le nom, puis recommencez.
clearing-error-certificate = Le certificat { $path } ne peut pas servir ({ $detail }). Vérifiez que les deux fichiers vont ensemble et sont en PEM, puis recommencez.
clearing-error-admin-in-clear = L’administration ne peut pas répondre en clair à { $address } : un jeton y passerait en clair. Écoutez sur 127.0.0.1, ou donnez un certificat.
clearing-error-token-exists = Un jeton s’appelle déjà { $name }. Choisissez un autre nom, ou révoquez-le d’abord avec « admin revoke ».
clearing-error-no-such-token = Aucun jeton ne s’appelle { $name }. La commande « admin list » montre ceux qui existent.
clearing-error-no-chance = Le système ne donne pas de nombres au hasard. Rien n’a été fait ; recommencez.

clearing-payee-iban = Cet IBAN n’est pas complet, ou un signe a été pris pour un autre. Relisez-le sur le relevé d’identité bancaire.
clearing-payee-bic = Ce BIC n’a pas ses 8 ou 11 signes. Relisez-le, ou laissez-le de côté.
clearing-payee-holder = Le titulaire du compte manque. Recopiez-le du relevé d’identité bancaire.

clearing-programme-worthless = La valeur d’un pass (face_value_cents) doit être positive.
clearing-programme-empty-booklet = Un chéquier doit avoir un pass au moins (passes_per_booklet).
clearing-programme-ends-before-it-opens = Son dernier jour (last_day) vient avant le premier (opens_on).
clearing-programme-outside-the-calendar = Ses jours doivent être entre 2020 et 2199.
clearing-programme-no-service = Il ne paie aucune prestation (services).
clearing-programme-no-funder = Personne ne le finance (funders).
clearing-programme-rank-too-long = Le rang du dernier pass ne tient pas dans ses chiffres (rank_digits).

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
paper-certificate-code = Code de vérification
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
paper-sheet-afternoon = Signature de l’après‑midi
paper-sheet-evening = Signature du soir
paper-sheet-signature = Signature
paper-sheet-led-by = Pour l’animation : { $trainer }

## Papers: sheet of passes

paper-passes-title = { $programme }, chéquier { $booklet }
paper-passes-rank = Pass { $rank } sur { $count }
paper-passes-last-day = Jusqu’au { $day }
paper-passes-cut-here = Coin à couper quand le pass est pris
paper-passes-code-alternative = Code du pass { $number }

## Papers: enrolment letter

paper-enrolment-title = Mettre en route votre poste Passerelle
paper-enrolment-day = Le { $day }
paper-enrolment-greeting = Madame, Monsieur,
paper-enrolment-purpose = Avec le code ci-dessous, { $structure } relie un poste à la métropole : il reconnaît les pass, et ceux que vous prenez vous sont payés.
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

## Papers: a pouch that a courier carries

paper-pouch-title = Pli pour la métropole
paper-pouch-return-title = Réponse de la métropole
paper-pouch-device = Poste
paper-pouch-packed-on = Préparé le
paper-pouch-passes = Pass en attente
paper-pouch-tally = { $count } pass, { $amount }
paper-pouch-how = { $count ->
    [one] Photographiez le carré en entier, bien à plat et sans reflet, ou numérisez la page. L’image suffit : elle s’envoie ou se porte sur une clé USB.
   *[other] Photographiez chacun des { $count } carrés en entier, bien à plat et sans reflet, ou numérisez les pages. Les images suffisent : elles s’envoient ou se portent sur une clé USB.
}
paper-pouch-code = Carré { $rank } sur { $count }
paper-pouch-code-alternative = { $name } de ce pli, à lire avec un téléphone ou un scanner
paper-pouch-harmless = Cette page ne porte aucun nom. Lue deux fois, ou après une plus récente, elle ne compte rien en double.

## Papers: the recovery sheet

paper-recovery-title = Fiche de secours
paper-recovery-purpose = Cette fiche ouvre le registre quand la phrase de passe est perdue. Qui la tient peut lire tout ce que le poste garde : rangez-la comme une clé.
paper-recovery-structure = Structure
paper-recovery-site = Lieu
paper-recovery-device = Poste
paper-recovery-made-on = Faite le
paper-recovery-code = Le code de secours
paper-recovery-group = Groupe { $rank } : { $group }
paper-recovery-code-alternative = Le code de secours, à lire avec un lecteur de codes
paper-recovery-steps = Si la phrase de passe est perdue
paper-recovery-step-open = Ouvrez Passerelle sur ce poste et choisissez « Je n’ai plus la phrase de passe ».
paper-recovery-step-type = Tapez les six groupes, avec ou sans espaces, ou lisez le carré avec le lecteur.
paper-recovery-step-choose = Choisissez une nouvelle phrase de passe. Cette fiche reste valable.
paper-recovery-keep = Où la garder
paper-recovery-keep-where = Dans une enveloppe fermée, chez la personne responsable du lieu, jamais près du poste ni en photo. Sans la phrase de passe et sans cette fiche, personne ne peut ouvrir le registre.
paper-recovery-keep-new = Fiche perdue ou lue par quelqu’un ? Faites-en une nouvelle dans Réglages : celle-ci n’ouvrira plus le poste.

## Papers: the settlement of a month

paper-settlement-title = État liquidatif
paper-settlement-period = Période
paper-settlement-closed-on = Mois clos le
paper-settlement-draft = Projet : ce mois n’est pas clos
paper-settlement-structures = Structures
paper-settlement-amount = Montant du mois
paper-settlement-paid = À payer
paper-settlement-reference = Référence
paper-settlement-programme = Programme
paper-settlement-count = Pass
paper-settlement-face-value = Valeur
paper-settlement-line-amount = Montant
paper-settlement-shares = Part de chaque financeur : { $parts }
paper-settlement-total = Total
paper-settlement-carried = Report du mois précédent : { $amount }
paper-settlement-pay = À payer : { $amount } à { $holder }
paper-settlement-iban = IBAN { $iban }
paper-settlement-held = Retenu, faute de coordonnées bancaires : { $amount }
paper-settlement-owed = Dû par la structure, repris sur le mois suivant : { $amount }
paper-settlement-nothing = Rien à payer ce mois-ci.
paper-settlement-settled = Arrêté le présent état à la somme de { $amount } à payer.
paper-settlement-signature = Signature de l’ordonnateur

## Papers: the statement for the régie

paper-regie-title = Relevé pour la régie
paper-regie-programmes = Par programme et par financeur
paper-regie-programme = Programme
paper-regie-balance = Équilibre du mois
paper-regie-carried = Reports des mois précédents
paper-regie-held = Retenu, faute de coordonnées bancaires
paper-regie-owed = Dû par des structures
paper-regie-payments = Paiements
paper-regie-structure = Structure
paper-regie-holder = Titulaire
paper-regie-iban = IBAN

## Le journal du lieu

audit-file = journal-{ $day }.csv
audit-head-number = Numéro
audit-head-when = Quand
audit-head-who = Qui
audit-head-what = Quoi
audit-sign-in = a pris sa place
audit-fail-pin = trop de codes faux pour { $name }
audit-choose-pin = a choisi son code
audit-remove-pin = code de { $name } effacé
audit-add-account = a ajouté { $name }
audit-change-account = a changé le compte de { $name }
audit-close-account = a retiré { $name }
audit-export-audits = a enregistré ce journal dans un fichier
audit-change-structure = a changé le nom ou le SIRET de la structure
audit-add-site = a ajouté le lieu n° { $number }
audit-change-site = a changé le lieu n° { $number }
audit-change-route = a changé le chemin vers la métropole
audit-change-idle = a changé le délai avant que l’écran se masque
audit-say-day = a dit quel jour on est
audit-close-workshop = a clos l’atelier n° { $number }
audit-reopen-workshop = a rouvert l’atelier n° { $number }
audit-change-attendee = a changé la fiche n° { $number }
audit-leave = a retiré la personne n° { $number } d’un atelier
audit-protect = a protégé l’ordinateur par une phrase de passe
audit-change-passphrase = a changé la phrase de passe
audit-renew-sheet = a refait la fiche de secours
audit-recover = l’ordinateur a été ouvert par sa fiche de secours
