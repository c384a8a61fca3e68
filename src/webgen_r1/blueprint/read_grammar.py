"""The little grammar that reading needs: words that do a job whatever the subject is."""

from __future__ import annotations

from webgen_r1.blueprint.read_words import Token


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = _words("""
    access achieve add adjust allow analyze answer apply approve ask assign attend authorize
    automate back backup bind book browse buy calculate call capture cast check choose circulate
    clear collect comment compare complete conduct configure connect control convert count create
    customize define delete deliver design detect determine display download earn edit enable
    enjoy ensure enter evaluate exchange execute experience export extract find follow generate
    get give handle have help hire identify import improve include increase initiate input inquire
    inspire install integrate introduce invite issue join learn leave like link list listen log
    maintain make manage merge modify monitor obtain offer open operate optimize order organize
    participate pay perform place plan play post predict prevent print process provide publish
    purchase query rate read receive recommend record recover redeem reduce register release
    remove rent replace request reserve respond restore retrieve review run save scan schedule
    search see select sell send set share show showcase simulate solve sort specify start stop
    store study submit summarize support synchronize take test top track trade transfer trigger
    unlock update upload use verify view visit vote watch win withdraw write
""")
"""What visitors do; the words after one are its object."""

DEEDS = _words("""
    booking browsing creation display download editing listing maintenance management monitoring
    ordering publishing purchase query recommendation registration reservation scheduling search
    showcase tracking upload uploading viewing
""")
"""Nouns that turn what stands before them into an object: ``course management``."""

STOPS = _words("""
    about according are as at based be between by can during for from if in including into is it
    like of on over should so such that their them through to using via when where which while who
    will with within without
""")
"""Words that end a noun phrase."""

OFF = _words("""
    a all also an any available basic categories category certain common convenient corresponding
    current custom customized desired detail detailed details develop different down each
    efficient enhanced existing external fast favorite general generated her high-quality his
    historical hot implement information internal its kind kinds latest list many massive more
    multiple my nearby necessary new number off one online or other our out own personal popular
    prominent real recommended related relevant required same secure selected series set sets
    several simple some specific status suitable the their these those time two type types unified
    unnecessary up uploaded useful user users variety various your
""")
"""Words before a noun that say nothing about it."""

LIGHT = _words("""
    card cards categories category content contents data detail details display feature features
    function functionalities functionality functions history information interface introduction
    introductions library list lists management module modules page pages progress record records
    resource result results section sections status type types
""")
"""Words after a noun that may go: ``product details``."""

NO_THINGS = _words("""
    ability access account action amount app application area aspect backend background basis
    behavior browser button capability category change color component condition content criteria
    data day decision description detail device effect element environment experience feature
    format frontend function functionality hour identity information insight interaction interface
    item keyword kind language layout list login mechanism method mini minute mode module month
    name need number one operation option other page parameter part password permission platform
    preference problem profile program purpose record relationship requirement result scenario
    screen search section setting situation size speed step style support system term thing time
    title type use username value way website week year
""")
"""Nouns that are no kind of thing that a site would list, where no table knows them."""

BUT_NOUNS = _words("""
    advertising banking billing boxing building camping charging cleaning clothing cooking
    cycling dancing dating drawing engineering fishing gaming hiking hosting housing king learning
    lending lighting listing living mailing marketing meeting mining nursing painting parking
    pricing printing racing ranking rating reading recording running sewing shipping shopping
    spring staffing streaming string swimming teaching trading training voting wedding working
""")
"""Words in -ing that are no verbs before a noun."""


SITES = _words("""
    app application assistant backend blog client component dashboard engine forum framework
    frontend function functionality game homepage interface library mall module page platform
    plugin portal program project server service shop site software solution store system tool web
    webpage website
""")
"""Words for the thing to make."""

TELLING = _words("""
    blog dashboard forum framework game library mall shop store
""")
"""Those of them that say what it is, at the end of a subject: ``flower shop``."""

PLAIN = _words("""
    a all an and based called complete comprehensive efficient friendly functional high internal
    lightweight mini mobile modern multi named new one online performance please powerful
    professional responsive set similar simple smart the their three two user users various wechat
""")
"""Words that any site may go by."""


def is_verb(word: Token) -> bool:
    """Whether a word starts a deed: ``manage``, ``managing``."""
    if word.hyphen:
        return False
    return word.text in VERBS or (word.text.endswith("ing") and word.text not in BUT_NOUNS)


def is_plural(word: Token) -> bool:
    return word.base != word.text


def spelled(words: list[Token]) -> str:
    """Words as they stood in the text, with their hyphens."""
    text = ""
    for before, word in zip([None, *words], words, strict=False):
        joined = before is not None and word.hyphen and before.end + 1 == word.start
        text += ("-" if joined else " ") + word.text
    return text[1:]
