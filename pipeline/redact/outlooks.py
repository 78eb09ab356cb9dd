"""What tells a secret place by what is there: seen or heard from it, standing around it, what it looks like, with whom it is.

Words that no list of places holds: `ze hoort hier elke ochtend geiten`, `schuin tegenover zit een pottenbakster`.
Only for a registration with a secret address; a stretch ends where who, when or what happened is told.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.patterns import any_of
from pipeline.redact.place_words import CLOSE_GAP, Kind, Word, joined
from pipeline.redact.report import TEENS, TENS
from pipeline.redact.secret_addresses import ONE

HOMES: Final = r"huis|huisje|hûs|flat|flatje|pand|gebouw|woning|boerderij|hoeve|pleats|bungalow|chalet|caravan|boot|schip|ark|hotel|pension|appartement|complex|toren|villa|hut|stulp|molen|opvang|opvanghuis"
"""Ends of nouns for what somebody hides in."""
HOME: Final = rf"(?:{HOMES})"
ROOM: Final = rf"(?:{HOMES}|kamer|kamertje|raam|ramen|raampje|deur|voordeur|balkon|tuin|straat|poort|ingang|plek|locatie|school|schooltje|zolder|keuken|dakraam|zolderraam|erf|hof)"
ANY_OF_THEM: Final = r"(?:ons|onze|het|de|dit|dat|deze|die|haar|hun|zijn|mijn|us|ús|it|'t|een)"
PART_OF_DAY: Final = (
    r"(?:dag|nacht|ochtend|morgen|middag|avond|kwartier|half uur|uur|week|weekend|zondag|zaterdag|woensdag|vrijdag)"
)
THROUGH: Final = rf"(?:(?:van)?uit|vanaf|door|van achter) (?:{ANY_OF_THEM} )?(?:\w+e )?\w*(?:raam|raampje|ramen|keuken|kamer|kamertje|zolder|bed|balkon|terras|bank|stoel|tuin|dakterras|slaapplek)"
WONT: Final = rf"(?:hier|daar|er|elke? {PART_OF_DAY}|iedere? {PART_OF_DAY}|om (?:het|de) (?:half ?uur|kwartier|uur|haverklap)|'s (?:nachts|ochtends|morgens|avonds|middags)|zondags|zaterdags|s nachts|s ochtends|s avonds|de hele {PART_OF_DAY}|heel de {PART_OF_DAY}|dag en nacht|in de verte|vlakbij|naar buiten|uit|út|{THROUGH})"
"""What is seen and heard of a place again and again, and so is no event."""
FILL: Final = r"(?:ook|nog|nu|altijd|steeds|vooral|alleen|zo|precies|recht|net|bijna|wel|soms|vaak|duidelijk|goed|luid)"
PHOTO: Final = r"(?:op|in|aan) (?:de|het|die|dat|haar|zijn|een) (?:achtergrond|foto|filmpje|video|beeld|beelden|story|horizon|selfie|kiekje)"
SENSED: Final = re.compile(
    rf"\b(?:daarop|waarop|daar|hier|dan|vandaar|waar|{PHOTO}) (?:zie|ziet|hoor|hoort|ruik|kijk|kijkt) (?:je|ze|men|hij)(?: {WONT}| {FILL}){{0,5}}(?: (?:op|over|tegen|naar))? "
    rf"|\ber (?:is|zijn|staat|staan|loopt|lopen|zit|zitten|ligt|liggen|vliegt|vliegen|vaart|varen|rijdt|rijden|komt|komen|groeien|hangt|hangen) (?:hier|daar)(?: {FILL})? "
    rf"|\bwakker (?:van|door) (?=de|het|een|al)"
    rf"|\b(?:(?:daar|hier) kom(?:t|en)?|(?:kun|kan|kunt)) (?:je|men|ze|we) (?:er |daar )?(?:(?:alleen|enkel|slechts|maar|best) )?(?:komen )?(?:met|via|over|langs|door) "
    rf"|\b(?:onze|(?:de|haar|hun) nieuwe) (?:\w{{0,8}}buren|buurman|buurvrouw) (?:is|zijn|heeft|hebben|houdt|houden|werkt|werken|fokt|fokken) (?=een|van|de|het|bij|op|\w+en\b)"
    rf"|\b{PHOTO} (?:is|zijn|was|staat|staan|stond|zit) "
    rf"|\b(?:(?:ik|je|jij|ze|zij|hij|we|wij|men|wy) )?(?:hoor(?:t|en)?|zie(?:t|n)?|ruik(?:t|en)?|kijk(?:t|en)?|sjocht|sjogge|heart|hearre|rûkt|rûke)(?: {FILL}){{0,3}}(?: {WONT})(?: {WONT}| {FILL}){{0,5}}(?: (?:op|over|tegen|naar))? ",
)
"""`je kijkt er op`, `hoort elk kwartier`, `wij zien uit het raam`."""
VIEW: Final = re.compile(
    rf"\b(?:(?:met|heeft|hebben|een|mooi|vrij|prachtig|ruim|direct|recht) ){{0,3}}(?:uit|door|over|ver|in)?(?:zicht|kijkje) (?:op|over|naar) (?={ANY_OF_THEM} |twee |drie |(?-i:[A-ZÀ-Þ])|\w+en\b)"
    rf"|\b(?:(?:ik|je|jij|ze|zij|hij|we|wij|men) )?(?:kijkt|kijken|kijk|keek|keken|uitkijkend|zien|ziet|geeft) (?:\w+ )?uit (?:op|over) ",
    re.IGNORECASE,
)
BESIDE: Final = r"(?:tegenover|(?:er|daar|hier)(?:naast|boven|onder|achter|tegenover|voor)|vlakbij|dichtbij|vlak bij|dicht bij|naast|achter|voor|vóór|boven|onder|langs|bij|om de hoek|op de hoek|aan de (?:overkant|achterkant|voorkant|overzijde)|aan het (?:einde?|begin)|(?:verderop )?in (?:de|haar|hun|onze|ons) (?:straat|dorp|buurt|wijk|verte)|beneden|links|rechts|verderop|buiten|overal|(?:rond|om) (?:ons|het huis|haar|hen|mij|ze) heen|rondom)"
STANDING: Final = r"(?:zit|zitten|staat|staan|ligt|liggen|is|zijn|loopt|lopen|stroomt|begint|hangt|wappert|draait|draaien|rijdt|rijden|stopt|stoppen|vertrekt|graast|grazen|heb je|heeft men|vind je|sit|stiet|leit|rint)"
STANDS: Final = re.compile(
    rf"\b(?:(?:schuin|pal|recht|vlak|direct|net|meteen|ergens|en|waar) ){{0,3}}{BESIDE}(?: (?:ons|mij|me|haar|hen|hun|hem|ús|u|{ANY_OF_THEM} (?:\w+e )?\w*{ROOM}))? {STANDING}(?: (?:er|nog|ook|nu|je|ze|meteen|zo|wel|dan|alleen maar|niets dan|alleen)){{0,3}} (?=(?:hei|bos|bossen|weiland|water|akkers|kassen|riet|zand)\b|(?:een|'n|in|de|het|'t|zo'n|twee|drie|vier|allemaal|alleen|veel|oude|grote) |(?<!\bis )(?<!zijn )(?-i:[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
"""`schuin tegenover zit een`, `onder mij zit de`, `voor het huis staat een`."""
REPORTED: Final = re.compile(
    rf"\b{BESIDE}(?: (?:ons|mij|haar|hen|hun|hem))? (?P<np>(?:een|'n|de|het) (?:[^\W\d_]+ ){{1,5}}?)(?:zit|staat|ligt|woont|heeft|is|loopt|stroomt|werkt|begint)(?=[.,;!?)]|$)"
    rf"|\b(?:kun|kan|kunt|kunnen) (?:je|ze|men|we|zij) (?P<seen>(?:[^\W\d_]+ ){{1,5}}?)(?:zien|horen|ruiken)\b(?: (?:liggen|staan|varen|draaien|rijden|lopen))?"
    rf"|\b(?:je|ze|men|we|zij|ik) (?:{WONT} ){{1,2}}(?P<heard>(?:[^\W\d_]+ ){{1,5}}?)(?:(?:kan|kunt|kunnen|kun) (?:horen|zien|ruiken)|(?:hoort|ziet|ruikt|horen|zien|ruiken)(?=[.,;!?)]|$))"
    rf"|\bhoor(?:t|en)? (?P<far>(?:de|het|een) (?:[^\W\d_]+ ){{1,3}}?)(?:tot )?(?:in|vanuit) (?:haar|mijn|hun|de|het|ons) \w*(?:kamer|bed|tuin|huis|keuken)\b"
    rf"|\b(?:op|in|aan|bij|uit|vanaf|voor|achter) (?P<of>(?:de|het) [^\W\d_]+ )(?:van|naast|achter|bij|tegenover|voor|onder|boven) (?:de|het|haar|hun) (?:nieuwe )?(?:opvang|opvanglocatie|schuilplek|schuilplaats|logeeradres|opvangadres|logeerhuis|onderduikadres|noodadres)\b",
)
"""`dat beneden een pottenbakster zit`, `kun je de zee zien`, `vanuit bed de boten kan horen`."""
NEAR: Final = r"(?:(?:er|daar|hier)(?:naast|boven|onder|achter|tegenover|voor)|hier (?:vlakbij|om de hoek|tegenover|achter|naast|beneden|in de straat|pal \w+)|om de hoek|(?:tegenover|naast|achter|onder|boven|voor|vlak bij|dicht bij) (?:ons|ús|het huis|de deur|de opvang|haar raam|hun raam|mijn raam|ons raam|het raam)|aan de overkant|vlakbij|dichtbij|op loopafstand|op de hoek|verderop|naast|tegenover|beneden|in de straat)"
INVERSE: Final = re.compile(
    rf"\b(?:er|hier|daar|d'r) {STANDING}(?: (?:ook|nog|wel|echt|zo))? (?P<np>(?:een|'n|zo'n|de|het|'t|twee|drie|alleen) (?:[^\W\d_]+ ){{1,4}}?)(?:(?:vlak|pal|schuin|recht|direct|net) )?{NEAR}\b",
)
"""`er zit een pottenbakker naast`."""
SAID_LAST: Final = re.compile(
    rf"\b(?P<np>(?:de|het|een|'t|die|dat) (?:[^\W\d_]+ ){{1,3}}?){STANDING} (?:(?:vlak|pal|schuin|recht|direct|net) )?{NEAR}(?=[ .,;!?)\"]|$)",
)
"""`het zwembad is hier om de hoek`."""
HAS: Final = re.compile(
    rf"\b(?:ons|onze|het|dit|haar|hun|zijn|mijn|ús|'t|de) (?:nieuwe |tijdelijke |andere |huidige |nije )?\w*{HOME} (?:heeft|hebben|hat|grenst|lijkt op|ruikt naar|was vroeger|is vroeger|heet|ligt (?=aan|bij|in|op|tussen|tegenover|naast|achter|vlak|pal|midden|boven|onder|langs|tegen)|staat (?=aan|bij|in een|tussen|tegenover|naast|achter|vlak|pal|midden|boven|langs|tegen)|kijkt|zit (?=aan|bij|in (?:een|de|het)|tussen|tegenover|naast|achter|vlak|pal|midden|boven|langs|onder))(?= ?\w)",
)
"""`ons huis heeft een`, `het hotel ligt aan`."""
TINTS: Final = r"(?:(?:licht|donker|fel|half|knal)?(?:rode?|blauwe?|groene?|gele?|witte?|zwarte?|grijze?|bruine?|oranje|paarse?|roze)|gouden|zilveren|houten|stenen|glazen|rieten|ijzeren|gietijzeren|smeedijzeren|stalen|koperen|betonnen|gestreepte|geruite|scheve|ronde|reade|griene|blauwe|giele|wite)"
DAMAGE: Final = re.compile(
    r"\b(?:kapot|inge(?:trapt|gooid|slagen|schopt)|vernield|geforceerd|trap(?:te|t)|schop(?:te|t)|goo(?:it|ide)|sloeg|slaat|bons\w*|bonk\w*|gebroken|opengebroken|eruit|bloed\w*)\b"
)
"""In a sentence with one of these a door is part of what happened."""
BY_WHICH: Final = re.compile(
    rf"\b(?P<noun>(?:(?:in|uit|vanuit|naar|vanaf) )?{ANY_OF_THEM} (?:\w+e )?\w*{ROOM}) (?P<at>(?:vlak |pal |schuin |recht |net |dicht )?(?:bij|aan|naast|achter|tegenover|boven|onder|langs|tussen|voorbij|(?<=laatste huis )voor|efter|neist|by|oan|tsjin|foarby) (?:de|het|een|die|dat|'t|it) )",
)
"""`dat huis bij de treinen`."""
DWELLS: Final = re.compile(
    rf"\b(?:in|op|vanuit|uit|naar|boven|achter|naast) (?P<article>een|'n|zo'n|dat|die|haar|zijn|hun|mijn|ons|het|de|in(?! {ANY_OF_THEM} )|it) (?P<adjectives>(?:[^\W\d_]+e?n? ){{0,2}}?)(?P<noun>[^\W\d_]*(?:{HOMES}|woning|kamer|kamertje|zolder|schuur|loods|stal|woonwagen|pipowagen|camper|etage|studio|keet|tent|cel|herberg|klooster|kelder|atelier|kantoor|garage))\b",
)
"""`in een oud schippershuis`, `vanuit haar zolderkamertje`."""
INDEFINITE: Final = frozenset({"een", "'n", "zo'n", "dat", "in"})
COMPOUND: Final = re.compile(rf"[^\W\d_]{{3,}}(?:kamertje|zolder|schuur|loods|wagen|etage|{HOMES})")
"""`dijkwoning`, `schippershuis`: no house of every street."""
STAYING: Final = r"(?:woon(?:t|de|den)?|wonen|wenn(?:et|e)|verblij(?:ft|ven|f)|verble(?:ef|ven)|logeer(?:t|de)?|logeren|sla(?:apt|pen|ap)|zit(?:ten)?|schuil(?:t|en)?|ondergebracht|ondergedoken|opgevangen|onderdak|ingetrokken|terecht|gevlucht|vertrokken|verhuisd|gebracht|sit(?:te)?|staat|huurt|bivakkeert|binne|binn)"
FOR_NOW: Final = r"(?: (?:nu|no|nou|nog|tijdelijk|voorlopig|zelf|weer|momenteel|thans|inmiddels|weg|hier|daar|even|sinds \w+|met (?:de|haar|mijn|beide|twee|drie|hun) (?:kinderen|kids|baby|dochter|zoon)|al \w+ (?:weken|dagen)|gekregen|gevonden)){0,5}"
AT_PARENT: Final = re.compile(r"(?:bij|naar) (?:de|hun|zijn|haar) (?:vader|moeder)$")
"""Children with a parent: whose home that is says nobody, and Veilig Thuis has to know."""
NUMBER: Final = rf"(?:\d{{1,4}}|{ONE}|{'|'.join((*TEENS, *TENS))}|honderd|half|anderhalf|kwartier|paar)"
AWAY: Final = re.compile(
    rf"\b(?:nog geen |een |zo'n |ongeveer |hooguit ){{0,3}}{NUMBER} ?(?:meter|m|km|kilometer|minuten|minuutjes|min|uur|straten|huizen|deuren|haltes|stappen|passen|tellen) ?(?:lopen |fietsen |rijden )?(?:van|vanaf|tot) (?:waar \w+ (?:nu |nog |daar )?(?:slaapt|woont|zit|verblijft|is|logeert|zitten|wonen|slapen|schuilt)|{ANY_OF_THEM} (?:\w+e )?(?P<of>[^\W\d_]+))",
)
"""`vijftig meter van waar hij slaapt`."""
NAMED: Final = re.compile(
    r"\b(?:camping|vakantiepark|bungalowpark|recreatiepark|hotel|pension|huize|manege|residentie|hostel|hoeve|café|cafe|restaurant|zorgboerderij|boerderij|opvanghuis|opvang|kinderdagverblijf|kdv|obs|cbs|rkbs|bso|ikc|basisschool|peuterspeelzaal|kinderopvang|buurthuis|dorpshuis|zwembad|speeltuin|woongroep|stichting|herberg|landgoed|zorgcentrum|flat|wijkcentrum|kapsalon|bakkerij|voedselbank|kerk|moskee|gemeente) [\"“'‘]?(?:in )?(?:de|het|'t|den|ons|op|oud|klein) ",
)
"""Before a name of plain words: `camping de drie elzen`, `huize De Kiem`."""
LODGING: Final = re.compile(
    r"\b(?:(?:in|op|naar|vanuit|bij) )?(?:(?:een|'n|de|het|die|zo'n) )?(?:[^\W\d_]+e )?(?:b ?& ?b\w*|b en b|bed ?(?:and|&|en|n) ?breakfast|air ?bnb\w*|[^\W\d_]*(?:safehouse|safe house|blijf-?huis|opvangadres|opvanglocatie|schuiladres|noodadres|vluchthuis|pipowagen|trekkershut|blokhut|yurt|tiny ?house|groepsaccommodatie|vakantiehuis|logement|kuuroord|gastenverblijf|tuinhuis|koetshuis|woonschip))(?= ?(?:in|op|bij|aan|te|van|naast|achter|boven|tegenover|vlak|[,.;)]|$))",
)
"""What somebody sleeps in who hides, where more is told of it."""
SIDE: Final = re.compile(
    r"\b(?:aan|van|op|naar|vanaf) (?:de|deze|die|het) (?:\w*(?:overkant|overzijde|oever|(?:noord|zuid|oost|west|water|dijk|spoor|haven)(?:kant|zijde))|rand|(?:andere|goede|verkeerde|stille|rustige) kant|voet) van (?:het|de|'t) (?:[^\W\d_]*(?:water|spoor|kanaal|dorp|stad|bos|rivier|snelweg|weg|park|dijk|wijk|heide|meer|plein|gracht|berg|haven|polder|heuvel|plas|terrein|eiland|rijn|maas))(?!\w)"
    r"|\b(?:aan|langs|bij|over) (?:het|'t) (?:water|spoor|wad|meer|kanaal|ven)(?!\w)(?! gelegd)",
)
"""`aan de overkant van het water`."""
HINT: Final = re.compile(
    r"\b(?:post ?code|pc|plaats(?:naam)?|straat(?:naam)?|woonplaats|stad|dorp|huis(?:nummer|nr)|kengetal|netnummer|adres|gemeente|provincie)\b(?: (?:daar|hier|nu|van haar|waar ze zit|waar zij zit|waar ze woont))?,? (?:(?:begint|beginnen|eindigt) (?:\w+ )?(?:met|op) (?!(?:een|het|de) (?!(?:hoofd)?letters?\b|cijfers?\b|klinker|medeklinker)[a-z]{3})|lijkt (?=(?:\w+ )?op\b)|rijmt|klinkt|telt|bestaat|heeft \w+ letters|(?<!adres )(?<!gemeente )is (?=(?:\w+ )?(?:keer|maal|helft|dubbel|gelijk|hetzelfde|dezelfde|het omgekeerde|omgekeerd|de helft|een veelvoud|tussen|onder|boven|even|oneven)))[^.!?\n]{0,80}"
    r"|\b(?:dezelfde|zelfde|die) (?:straat|plaats|dorps|stads|huis)(?:naam|nummer) als [^.!?\n]{0,60}"
    r"|(?<![\w.])(?:[A-Za-zÀ-ž](?: ?[\-.] ?| )){3,20}[A-Za-zÀ-ž](?![\w])",
)
"""`de postcode begint met`, `het huisnummer is vier keer`, `W-I-L-G`."""
TOWN: Final = re.compile(
    r"\b(?:de|een|die|dat|het|deze) (?:[^\W\d_]+e )?(?:stad|dorp|stadje|dorpje|eiland|streek|plaats|plaatsje|provincie|gehucht) (?:met|van|zonder|onder|aan|bij|achter|waar|in) ",
)
"""`de stad met de blauwe vingers`."""
DRAWN: Final = re.compile(
    rf"\b(?:teken(?:de|t|ing van)|getekend:?|beschreef|beschrijft|omschreef|omschrijft) (?:{ANY_OF_THEM} )?(?:nieuwe |andere |tijdelijke )?\w*{ROOM}\b(?P<looks>[^.!?\n]{{0,100}})",
)
"""What a child tells of the house with a pencil."""
UP: Final = re.compile(
    r"\b(?:begane grond|(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|laatste|bovenste|onderste|\d{1,2}e) (?:verdieping|etage|woonlaag|portiek|galerij|poort|oprit|afslag|zijstraat|huis|deur|bel)|(?:lift|trap|gang|galerij|portiek) (?:links|rechts))\b",
)
"""A floor, a door, a turn."""
REGION: Final = re.compile(
    r"\b(?:veilig thuis|vt|ggd|ggz|gz|politie|politieteam|basisteam|team|district|eenheid|parket|rechtbank|reclassering|jeugdbescherming|wijkteam|kerngroep|slachtofferhulp|kinderbescherming|omgevingsdienst|veiligheidsregio|thuiszorg|bibliotheek) (?:regio |locatie |vestiging |te |in )?"
    r"(?P<of>(?-i:(?:Noord|Oost|Zuid|West|Midden|Hart|Hollands|Kop|Regio|[A-ZÀ-Þ][\w'’]+(?:land|stad|streek|hoek|veen|dam|berg|burg|drecht|kerk|zand|wolde|meer|mond|haven|delta|rijn|ijssel|oord|horst|stein|brabant|twente|graafschap))(?:[\- ](?:en|van|de|het|[A-ZÀ-Þ][\w'’\-]+)(?![\w])){0,5}(?:- en [A-ZÀ-Þ][\w'’\-]+)?))",
    re.IGNORECASE,
)
"""What is called after a region."""
MOST_SEEN, MOST_NAMED = 12, 3
"""Words of what is seen, and of the name of a house."""


class Sentence(NamedTuple):
    """A sentence as it is looked at: `bounds` in `text`, and in `small`, the same in lower case."""

    text: str
    small: str
    bounds: tuple[int, int]
    words: Sequence[Word]
    starts: Sequence[int]
    """Where its words begin."""

    def all(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Return what `pattern` finds in lower case."""
        return pattern.finditer(self.small, *self.bounds)

    def spans(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Yield from where to where that is."""
        return (told.span() for told in self.all(pattern))

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether `pattern` finds anything in lower case."""
        return pattern.search(self.small, *self.bounds) is not None

    def at(self, offset: int) -> int:
        """Return which word begins at `offset` or is the next."""
        return bisect_left(self.starts, offset)

    def inside(self, low: int, high: int) -> Sequence[Word]:
        """Return the words that begin in `low:high`."""
        return self.words[self.at(low) : self.at(high)]


class Roles(NamedTuple):
    """Names of the registration, folded, by the part that somebody plays."""

    harmers: frozenset[str]
    """Of who is hidden from."""
    children: frozenset[str]


class Outlooks:
    """Finds what is told of a secret place by what is there, by the policy's words."""

    def __init__(
        self, policy: RedactionPolicy, stops: Callable[[Word], bool], leads_on: Callable[[Word], bool]
    ) -> None:
        """Hold the words; `stops` says whether a word says who, when or what, `leads_on` whether it is no noun."""
        self.words, self.stops, self.leads_on = policy.whereabouts, stops, leads_on
        self.features, self.titles, self.verbs = (
            tuple(self.words["features"]),
            policy.titles,
            policy.person_verbs - {"zijn", "en"},
        )
        looks = any_of(self.features)
        person = _person(self.words["hosts"], self.words["households"])
        self.with_whom, self.owner = _with_whom(person), _owner(person)
        self.look = re.compile(
            rf"\b(?:(?:met|heeft|hebben|een|'n|de|het|die|dat|twee|hele|van) ){{0,3}}(?:\w+e )?{TINTS} [^\W\d_]*{looks}\b"
        )

    def find(
        self, text: str, small: str, bounds: tuple[int, int], words: Sequence[Word], roles: Roles
    ) -> Iterator[tuple[int, int]]:
        """Yield from where to where such a stretch reaches within `bounds`; `roles` says whose names are of whom.

        `small` is `text` in lower case, of the same length; `words` are those within `bounds`.
        """
        one = Sentence(text, small, bounds, words, [word.start for word in words])
        damaged = one.has(DAMAGE)
        yield from self._seen(one, damaged=damaged)
        yield from self._around(one)
        yield from self._with(one, roles)
        yield from self._dwellings(one)
        if not damaged:
            yield from self._led(one, BY_WHICH, MOST_NAMED)
            yield from one.spans(self.look)
        yield from self._told(one)
        yield from self._named(one)

    def _told(self, one: Sentence) -> Iterator[tuple[int, int]]:
        """Yield what says by itself where: how far it is, what it is called after, riddles, what a child draws."""
        for pattern in (LODGING, SIDE, HINT, UP):
            yield from one.spans(pattern)
        for told in one.all(AWAY):
            if not told["of"] or self._is_there(one.words[one.at(told.start("of"))]):
                yield told.span()
        for told in one.all(DRAWN):
            looks = one.inside(*told.span("looks"))
            people = (at for at, word in enumerate(looks) if word.kind == Kind.OWN or word.small in self.titles)
            first = next(people, None)
            if first is None or not any(map(self._is_done, looks[first:])):
                yield told.span()
            elif first > 1:
                yield told.start(), looks[first - 1].end  # `het huis met daarin` papa die mama slaat
        yield from self._led(one, TOWN, MOST_SEEN)
        for told in REGION.finditer(one.text, *one.bounds):
            if one.words[one.at(told.start("of"))].kind != Kind.OWN:
                yield told.span("of")

    def _is_done(self, word: Word) -> bool:
        """Whether a word tells what somebody does."""
        return word.small in self.verbs

    def _is_there(self, word: Word) -> bool:
        """Whether a noun tells where: none of every home, nobody, nothing that was said."""
        everywhere = word.small in self.words["at_home"] or word.small in self.words["abstract"]
        return not (everywhere or self.stops(word) or self.leads_on(word))

    def _named(self, one: Sentence) -> Iterator[tuple[int, int]]:
        """Yield lodgings and institutions with their names."""
        for named in one.all(NAMED):
            first = one.at(named.end())
            last = self._reach(one, first, MOST_NAMED)
            capital = first < len(one.words) and one.words[first].text[0].isupper()
            if last is None and capital and not named[0].startswith("gem"):
                last = first  # `huize De Kiem`, whoever is called Kim
            if last is not None:
                yield named.start(), one.words[last].end

    def _seen(self, one: Sentence, *, damaged: bool) -> Iterator[tuple[int, int]]:
        """Yield what stands behind a verb of perceiving or of standing."""
        yield from self._led(one, SENSED, MOST_SEEN)
        yield from self._led(one, VIEW, MOST_SEEN, one.text)
        yield from self._led(one, STANDS, MOST_SEEN, one.text)
        if not damaged:
            yield from self._led(one, HAS, MOST_SEEN)

    def _led(
        self, one: Sentence, pattern: re.Pattern[str], most: int, within: str | None = None
    ) -> Iterator[tuple[int, int]]:
        """Yield what `pattern` finds with up to `most` words behind it; `within` is the text as written, else in lower case."""
        for told in pattern.finditer(one.small if within is None else within, *one.bounds):
            last = self._reach(one, one.at(told.end()), most)
            if last is not None:
                yield told.start(), one.words[last].end

    def _around(self, one: Sentence) -> Iterator[tuple[int, int]]:
        """Yield what stands by the place, told before the word that says so."""
        for pattern in (INVERSE, SAID_LAST, REPORTED):
            for told in one.all(pattern):
                inside = one.inside(*next(told.span(group) for group, found in told.groupdict().items() if found))
                if any(self._is_no_sight(word) for word in inside):
                    continue
                if inside and inside[-1].small in self.words["at_home"]:
                    continue  # `voor de deur staat`
                if not any(self._ends(inside, at) for at in range(len(inside))):
                    yield told.span()

    def _with(self, one: Sentence, roles: Roles) -> Iterator[tuple[int, int]]:
        """Yield with whom somebody stays, unless it is who is hidden from, or a child with its parent."""
        hidden_from, children = self.words["hidden_from"], roles.children | self.words["children"]
        adults = hidden_from | self.words["hiders"]
        for told in one.all(self.with_whom):
            first = one.at(told.start())
            before = one.words[max(0, first - MOST_SEEN) : first]
            named = [word.small for word in before if word.kind == Kind.OWN or word.small in adults]
            if named and (named[-1] in roles.harmers or named[-1] in hidden_from):
                continue
            is_child = any(word.small in children for word in before) and children.issuperset(named)
            if not (is_child and AT_PARENT.search(told[0])):
                yield told.span("who" if told["who"] else "first")

    def _dwellings(self, one: Sentence) -> Iterator[tuple[int, int]]:
        """Yield what somebody hides in."""
        for told in one.all(DWELLS):
            noun, adjectives = told["noun"], told["adjectives"].split()
            if noun in self.words["rooms"] or any(word in self.words["same"] for word in adjectives):
                continue
            inside = one.inside(told.start("adjectives"), told.end())
            if any(word.kind == Kind.OWN or word.small in self.words["leads"] for word in inside[:-1]):
                continue
            indefinite = told["article"] in INDEFINITE
            if COMPOUND.fullmatch(noun) or (indefinite and (adjectives or noun not in self.words["bare_rooms"])):
                yield told.span()

    def _is_no_sight(self, word: Word) -> bool:
        """Whether a word is nothing that stands somewhere: what happened, what somebody goes by or has with him."""
        return word.small in self.words["abstract"] or word.small in self.words["means"]

    def _reach(self, one: Sentence, first: int, most: int) -> int | None:
        """Return the last word of what is told from the word at `first` on; None where nothing is."""
        text, words = one.text, one.words
        at, named = first, False
        while at < len(words) and at - first < most and (at == first or joined(text, words, at - 1, CLOSE_GAP)):
            word = words[at]
            if self._is_no_sight(word):
                return None
            if self._ends(words, at):
                break
            named = named or not (self.leads_on(word) or word.small in self.words["counts"])
            at += 1
        at -= 1
        while at >= first and (self.leads_on(words[at]) or words[at].small in self.words["trails"]):
            at -= 1
        return at if named and at >= first else None

    def _ends(self, words: Sequence[Word], at: int) -> bool:
        """Whether what is told is over before the word at `at`; what a house is known by may be blue."""
        word = words[at]
        behind = words[at + 1].small if at + 1 < len(words) else ""
        if word.small == "en":
            return behind not in self.words["counts"] and behind not in self.words["articles"]
        if word.small in self.words["counts"] or word.kind >= Kind.HEAD or not self.stops(word):
            return False
        return word.kind == Kind.OWN or not behind.endswith(self.features)


def _person(hosts: Iterable[str], households: Iterable[str]) -> str:
    """Return what finds with whom somebody stays, one (`schoonzus`) or several (`gezin`)."""
    return rf"(?:\w*{any_of(hosts)}|{any_of(households)})"


def _with_whom(person: str) -> re.Pattern[str]:
    """Return what finds `logeert bij een nicht van haar moeder`: who knows the family knows where that is."""
    whose = r"(?:haar|zijn|een|de|het|hun|mijn|ons|onze)"
    first = rf"(?:bij|naar|by) (?:(?:{whose}|in|'n|'t) (?:[^\W\d_]+e? )?)?{person}"
    whom = rf"{first}(?: van {whose} (?:[^\W\d_]+e )?{person}){{0,3}}(?!\w)"
    return re.compile(rf"\b{STAYING}{FOR_NOW} (?P<who>{whom})|\b(?P<first>{whom})(?= (?:\w+ )?(?:gezet|{STAYING})\b)")


def _owner(person: str) -> re.Pattern[str]:
    """Return what finds, behind a place, whose it is: `van haar nicht`, `van de fam. Bos`."""
    relative = rf"(?:(?:de|het|een|haar|zijn|hun|mijn|ons|onze|die|in|'n) )?(?:[^\W\d_]+e )?{person}\b"
    titled = r"(?:de )?(?:heer|hr|mevr?|mw|dhr|mevrouw|meneer|boer|ds|dokter|buren|eigenaar|beheerder)\b"
    name = r"(?-i:(?: (?:van|de|der|den|ten|ter|el)){0,3} [A-ZÀ-Þ][\w'’\-]+)"
    return re.compile(rf",? van (?:{relative}|{titled})\.?{name}?", re.IGNORECASE)
