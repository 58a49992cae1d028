//! What pages that are no listing say of themselves, in the languages that dates are read in, and the marks that vendors of walls
//! leave. Lower case; a phrase counts where it stands as words.

/// How sure a phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// In a title or first heading of a page of any length, and in the text of a short one.
    Sure,
    /// In a title or first heading of a short page: venues print such words on good pages, too.
    Short,
}

/// What the page is, and the phrases that tell it, with bars between them.
pub(super) struct Kind {
    pub(super) what: &'static str,
    pub(super) weight: Weight,
    pub(super) phrases: &'static str,
}

const ROBOTS: &str = "a check for robots";
const REFUSAL: &str = "a refusal";
const LOGIN: &str = "a login";
const ERROR: &str = "an error page";
const MAINTENANCE: &str = "a maintenance page";
const PLACEHOLDER: &str = "a placeholder";
const CONSENT: &str = "a question for consent";
pub(super) const SCRIPT: &str = "a page that a script fills";

/// In the order in which they are asked: what keeps robots away before what it looks like.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        what: ROBOTS,
        weight: Weight::Sure,
        phrases: "just a moment | attention required | checking your browser | checking if the site connection is secure | \
                  verify you are human | verify you are a human | verifying you are human | verify that you are human | \
                  verify that you're human | are you a robot | are you human | i'm not a robot | i am not a robot | you're not a bot | \
                  you are not a bot | not a bot | bot verification | robot check | human verification | security checkpoint | \
                  client challenge | unusual traffic | automated access | pardon our interruption | press & hold | press and hold | \
                  please enable js and disable any ad blocker | ddos-guard | ddos protection by | you have been blocked | \
                  why have i been blocked | complete the security check | waiting room | you are now in line | un instant | \
                  vérification de sécurité | vérifiez que vous êtes humain | vérifier que vous êtes humain | vous n'êtes pas un robot | \
                  vous êtes humain | einen moment | nur einen moment | sicherheitsüberprüfung | sind sie ein roboter | kein roboter | \
                  dass sie ein mensch sind | moment geduld | een moment geduld | controleren of u een mens bent | bent u een robot | \
                  geen robot | un momento | comprobación de seguridad | verifique que es humano | verifica que eres humano | \
                  no eres un robot | no soy un robot | verifica di sicurezza | verifica di essere umano | non sei un robot | \
                  non sono un robot | um momento | verificação de segurança | verifique se você é humano | não sou um robô | \
                  não é um robô | chwileczkę | weryfikacja bezpieczeństwa | potwierdź, że jesteś człowiekiem | nie jestem robotem | \
                  nie jesteś robotem",
    },
    Kind {
        what: REFUSAL,
        weight: Weight::Sure,
        phrases: "access denied | access to this page has been denied | 403 forbidden | request blocked | request unsuccessful | \
                  the request could not be satisfied | not available in your country | not available in your region | \
                  your access to this site has been limited | too many requests | rate limit exceeded | accès refusé | accès interdit | \
                  trop de requêtes | zugriff verweigert | zugriff abgelehnt | zu viele anfragen | toegang geweigerd | \
                  te veel verzoeken | acceso denegado | demasiadas solicitudes | accesso negato | troppe richieste | acesso negado | \
                  acesso bloqueado | muitas solicitações | odmowa dostępu | brak dostępu | zbyt wiele żądań",
    },
    Kind {
        what: MAINTENANCE,
        weight: Weight::Sure,
        phrases: "under maintenance | scheduled maintenance | maintenance mode | down for maintenance | site maintenance | \
                  we'll be back soon | we will be back soon | be right back | temporarily offline | \
                  en maintenance | maintenance en cours | mode maintenance | nous serons bientôt de retour | wartungsarbeiten | \
                  wartungsmodus | im wartungsmodus | wegen wartung | wir sind bald zurück | bald wieder da | in onderhoud | \
                  onderhoudswerkzaamheden | onderhoudsmodus | gepland onderhoud | we zijn zo terug | en mantenimiento | \
                  modo de mantenimiento | modo mantenimiento | volvemos pronto | volveremos pronto | in manutenzione | \
                  manutenzione programmata | torneremo presto | torniamo presto | em manutenção | manutenção programada | \
                  voltaremos em breve | voltamos em breve | przerwa techniczna | prace konserwacyjne | trwają prace | \
                  tryb konserwacji | wracamy wkrótce",
    },
    Kind {
        what: ERROR,
        weight: Weight::Sure,
        phrases: "page not found | 404 not found | error 404 | 404 error | file not found | site not found | page cannot be found | \
                  page can't be found | page doesn't exist | page does not exist | oops! that page | \
                  internal server error | service unavailable | temporarily unavailable | bad gateway | gateway timeout | \
                  gateway time-out | error establishing a database connection | critical error on this website | something went wrong | \
                  an error occurred | an unexpected error | application error | fatal error | server error | \
                  traceback (most recent call last) | this site can't be reached | web server is down | connection timed out | \
                  page introuvable | page non trouvée | page n'existe pas | erreur 404 | erreur interne | \
                  erreur du serveur | erreur serveur | erreur critique | une erreur est survenue | une erreur s'est produite | \
                  service indisponible | temporairement indisponible | seite nicht gefunden | \
                  seite konnte nicht gefunden | seite wurde nicht gefunden | fehler 404 | 404-fehler | interner serverfehler | \
                  kritischer fehler | ein fehler ist aufgetreten | es ist ein fehler aufgetreten | etwas ist schiefgelaufen | \
                  dienst nicht verfügbar | vorübergehend nicht verfügbar | vorübergehend nicht erreichbar | datenbankverbindung | \
                  pagina niet gevonden | pagina bestaat niet | fout 404 | interne serverfout | kritieke fout | \
                  er is een fout opgetreden | er ging iets mis | er is iets misgegaan | tijdelijk niet beschikbaar | \
                  página no encontrada | página no existe | no se encontró la página | error interno | error crítico | \
                  ha ocurrido un error | se ha producido un error | algo salió mal | algo ha ido mal | servicio no disponible | \
                  temporalmente no disponible | pagina non trovata | pagina non esiste | errore 404 | errore interno | errore critico | \
                  errore del server | si è verificato un errore | qualcosa è andato storto | servizio non disponibile | \
                  temporaneamente non disponibile | página não encontrada | página não existe | erro 404 | erro interno | \
                  erro crítico | ocorreu um erro | algo deu errado | algo correu mal | serviço indisponível | \
                  temporariamente indisponível | nie znaleziono strony | strona nie istnieje | strony nie znaleziono | błąd 404 | \
                  błąd serwera | wewnętrzny błąd | błąd krytyczny | wystąpił błąd | coś poszło nie tak | usługa niedostępna | \
                  chwilowo niedostępna | tymczasowo niedostępna",
    },
    Kind {
        what: PLACEHOLDER,
        weight: Weight::Sure,
        phrases: "domain for sale | domain is for sale | domain may be for sale | buy this domain | domain is parked | parked domain | \
                  parked free | domain has expired | domain name has expired | domain has been registered | domain isn't connected | \
                  domain is not connected | account suspended | account has been suspended | website has been suspended | \
                  website expired | site suspended | future home of | default web page | default web site page | welcome to nginx | \
                  apache2 ubuntu default page | apache2 debian default page | iis windows server | test page for the | \
                  shop is currently unavailable | no such app | there isn't a github pages site | this site is private | \
                  under construction | domaine est à vendre | domaine à vendre | domaine a expiré | acheter ce domaine | \
                  nom de domaine est réservé | site en construction | compte suspendu | domain steht zum verkauf | \
                  domain zu verkaufen | domain kaufen | domain ist geparkt | domain ist abgelaufen | domain wurde registriert | \
                  hier entsteht | seite im aufbau | konto gesperrt | domein is te koop | domeinnaam is te koop | domein te koop | \
                  domein is geregistreerd | domeinnaam is geregistreerd | domeinnaam is verlopen | in aanbouw | dominio en venta | \
                  dominio está en venta | dominio a la venta | dominio ha caducado | dominio ha expirado | sitio en construcción | \
                  cuenta suspendida | dominio in vendita | dominio è in vendita | dominio è scaduto | sito in costruzione | \
                  account sospeso | domínio à venda | domínio está à venda | domínio expirou | site em construção | conta suspensa | \
                  domena na sprzedaż | domena jest na sprzedaż | domena wygasła | domena zaparkowana | strona w budowie | \
                  konto zawieszone",
    },
    Kind {
        what: CONSENT,
        weight: Weight::Sure,
        phrases: "before you continue to | cookies are required | cookies must be enabled | please enable cookies | \
                  accept cookies to continue | accept our cookies to | confirm your age | verify your age | age verification | \
                  avant de continuer | accepter les cookies pour | les cookies sont nécessaires | bevor sie fortfahren | \
                  bevor du fortfährst | cookies akzeptieren, um | cookies müssen aktiviert | voordat u verdergaat | \
                  voordat je verdergaat | accepteer cookies om | antes de continuar | acepta las cookies para | \
                  acepte las cookies para | prima di continuare | accetta i cookie per | aceite os cookies para | zanim przejdziesz | \
                  zaakceptuj pliki cookie, aby | zaakceptuj cookies, aby",
    },
    Kind {
        what: LOGIN,
        weight: Weight::Sure,
        phrases: "please log in | please sign in | log in to continue | sign in to continue | log in to your account | \
                  sign in to your account | you must be logged in | you need to log in | member login | members only | \
                  password protected | this content is protected | enter using password | veuillez vous connecter | \
                  connectez-vous pour | vous devez être connecté | connexion à votre compte | bitte melden sie sich an | \
                  bitte anmelden | melden sie sich an, um | sie müssen angemeldet sein | passwortgeschützt | log in om | \
                  log a.u.b. in | u moet ingelogd zijn | je moet ingelogd zijn | inicia sesión para | inicie sesión para | \
                  debes iniciar sesión | accedi per | accedi al tuo account | effettua l'accesso | devi effettuare l'accesso | \
                  faça login | inicie sessão | é necessário fazer login | zaloguj się, aby | musisz się zalogować | \
                  musisz być zalogowany",
    },
    Kind {
        what: ROBOTS,
        weight: Weight::Short,
        phrases: "captcha | recaptcha | hcaptcha | security check | verifying | one more step | challenge",
    },
    Kind {
        what: LOGIN,
        weight: Weight::Short,
        phrases: "log in | login | sign in | anmelden | anmeldung | einloggen | connexion | se connecter | identification | inloggen | \
                  aanmelden | zaloguj | zaloguj się | logowanie | iniciar sesión | inicia sesión | acceso de usuarios | accedi | \
                  accesso | iniciar sessão | entrar | acessar",
    },
    Kind {
        what: ERROR,
        weight: Weight::Short,
        phrases: "not found | 404 | 410 | 500 | 502 | 503 | 504 | error | erreur | fehler | fout | errore | erro | błąd | oops | \
                  hoppla | oeps | ups | ops | nicht gefunden | introuvable | niet gevonden | no encontrado | no encontrada | \
                  non trovato | non trovata | não encontrado | não encontrada | nie znaleziono | unavailable",
    },
    Kind { what: REFUSAL, weight: Weight::Short, phrases: "forbidden | 403 | blocked | denied | unauthorized | 401" },
    Kind {
        what: MAINTENANCE,
        weight: Weight::Short,
        phrases: "maintenance | wartung | onderhoud | mantenimiento | manutenzione | manutenção | konserwacja",
    },
    Kind {
        what: PLACEHOLDER,
        weight: Weight::Short,
        phrases: "coming soon | launching soon | it works! | index of / | bientôt disponible | in kürze | demnächst | \
                  binnenkort online | próximamente | prossimamente | em breve | wkrótce",
    },
    Kind {
        what: CONSENT,
        weight: Weight::Short,
        phrases: "cookie | cookies | consent | your privacy | we value your privacy | einwilligung | zustimmung | privatsphäre | \
                  consentement | vie privée | toestemming | consentimiento | consenso | consentimento | zgoda | prywatność",
    },
];

/// What a short page says that shows nothing unless a script runs.
pub(super) const NEEDS_SCRIPT: &str = "enable javascript | javascript is disabled | javascript is required | javascript to run this app | \
                  turn on javascript | requires javascript | need javascript | needs javascript | activer javascript | \
                  activez javascript | javascript est désactivé | javascript aktivieren | aktivieren sie javascript | \
                  javascript ist deaktiviert | javascript in te schakelen | schakel javascript in | javascript inschakelen | \
                  active javascript | activar javascript | habilitar javascript | habilite javascript | habilite o javascript | \
                  ative o javascript | abilita javascript | attiva javascript | abilitare javascript | włącz javascript | \
                  włącz obsługę javascript | obsługi javascript";

/// Marks of walls that stand on no good page.
pub(super) const WALLS: &[(&str, &str)] = &[
    (
        "#challenge-form, #challenge-running, #challenge-stage, #challenge-error-text, #cf-wrapper, #cf-error-details, \
         .cf-browser-verification, script[src*='/challenge-platform/'][src*='/orchestrate/']",
        "Cloudflare",
    ),
    ("#px-captcha, .px-captcha-container, meta[name=description][content=px-captcha]", "PerimeterX"),
    ("iframe[src*='captcha-delivery.com'], script[src*='captcha-delivery.com']", "DataDome"),
    ("iframe#main-iframe[src*='_Incapsula_Resource'], iframe[src*='_Incapsula_Resource']", "Imperva"),
    ("#sec-overlay, #sec-if-container, script[src*='/_sec/cp_challenge/']", "Akamai"),
    ("script[src*='.awswaf.com/'][src*='challenge'], script[src*='.awswaf.com/'][src*='captcha.js']", "AWS WAF"),
    ("meta[http-equiv=refresh i][content*='sgcaptcha']", "SiteGround"),
    ("script[src*='perfdrive.com'], form[action*='validate.perfdrive.com']", "Radware"),
    (
        "#distilCaptchaForm, #distilIdentificationBlock, meta[http-equiv=refresh i][content*='distil_r_captcha']",
        "Distil",
    ),
    ("form#captcha-form, form[action*='/sorry/index'], form[action*='captcha' i]", "a captcha's form"),
    ("body > iframe[src*='captcha' i]", "a captcha's frame"),
    ("script[src*='static.queue-it.net'] ~ #lbHeaderH2, #MainPart_divProgressbar, #queue-it_log", "Queue-it"),
    ("#anubis_challenge, script#anubis_challenge", "Anubis"),
];

/// Widgets that good pages have in their forms: they make a wall of a page that has little else.
pub(super) const CAPTCHAS: &str = ".cf-turnstile, .h-captcha, .g-recaptcha, .frc-captcha, .geetest_holder, .smart-captcha, \
     .mtcaptcha, #FunCaptcha, #arkose, .altcha, altcha-widget, iframe[src*='captcha' i], img[src*='captcha' i], \
     script[src*='arkoselabs.com'], script[src*='hcaptcha.com'], script[src*='recaptcha/api'], script[src*='turnstile/v0/api'], \
     script[src*='geetest'], input[name*='captcha' i], #captcha-container, #captcha";

/// Marks of parked domains.
pub(super) const PARKED: &str = "script[src*='sedoparking'], script[src*='parkingcrew'], script[src*='parklogic'], \
     script[src*='bodis.com'], script[src*='d38psrni17bvxu.cloudfront.net'], link[href*='sedoparking'], a[href*='sedo.com/'], \
     a[href*='dan.com/buy-domain'], a[href*='hugedomains.com'], a[href*='afternic.com/'], script[src*='/parking-lander/'], \
     script[src*='wsimg.com/parking'], iframe[src*='parking']";

/// Where the programs of single-page sites hang what they make.
pub(super) const MOUNTS: &str = "body > #root, body > #app, body > #__next, body > #___gatsby, body > #__nuxt, body > app-root, \
     body > #main-app, body > #application";
