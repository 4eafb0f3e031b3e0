"""The names of months and of time zones, and their abbreviations, as news sites write them, in lower case."""

from __future__ import annotations

from datetime import timedelta

# Month by month: Indonesian (with older and looser spellings), English, Malay; German, French,
# Spanish, Italian, Portuguese, Dutch; Danish, Norwegian, Swedish; then Polish, Czech, Romanian, Turkish,
# Russian, Greek, Arabic, Persian (for Gregorian dates) and Hebrew where they differ. Inflected forms are
# those that stand in dates.
_NAMES = """
    jan januari january januar jänner janvier janv enero ene gennaio gen janeiro stycznia ledna ianuarie
        ocak января января ιανουαρίου ιαν يناير ژانویه ינואר בינואר;
    feb februari february pebruari peb februar février févr febrero febbraio fevereiro fev lutego února
        februarie şubat февраля φεβρουαρίου φεβ فبراير شباط فوریه פברואר בפברואר;
    mar maret march mac mrt märz maerz mär mars marzo março maart marts marca března martie mart марта
        μαρτίου μαρ مارس آذار מרץ במרץ;
    apr april avril avr abril abr aprile kwietnia dubna aprilie nisan апреля απριλίου απρ أبريل نيسان
        آوریل אפריל באפריל;
    mei may mai mayo maggio mag maio maj maja května mayıs мая μαΐου μαϊ مايو أيار מאי במאי;
    jun juni june juin junio giugno giu junho czerwca června iunie haziran июня ιουνίου ιουν يونيو
        حزيران ژوئن יוני ביוני;
    jul juli july julai juillet juil julio luglio lug julho lipca července iulie temmuz июля ιουλίου
        ιουλ يوليو تموز ژوئیه יולי ביולי;
    agu agus ags agt agst agustus aug august ogos août aoû aout agosto ago augustus augusti sierpnia
        srpna ağustos августа αυγούστου αυγ أغسطس آب اوت אוגוסט באוגוסט;
    sep sept september septembre septiembre settembre set setembro września září septembrie eylül
        сентября σεπτεμβρίου σεπ سبتمبر أيلول سپتامبر ספטמבר בספטמבר;
    okt oktober oct october octobre octubre ottobre ott outubro out października října octombrie ekim
        октября οκτωβρίου οκτ أكتوبر اکتبر אוקטובר באוקטובר;
    nov november nop nopember novembre noviembre novembro listopada listopadu noiembrie kasım ноября
        νοεμβρίου νοε نوفمبر نوامبر נובמבר בנובמבר;
    des desember dec disember december dezember dez décembre déc diciembre dic dicembre dezembro grudnia
        prosince decembrie aralık декабря δεκεμβρίου δεκ ديسمبر دسامبر דצמבר בדצמבר
"""
MONTHS = {name: number for number, names in enumerate(_NAMES.split(";"), 1) for name in names.split()}
"""The number of a month by its name."""

# Hours east of UTC: RFC 822's names, Indonesia's, and others in newsrooms' use that mean one zone only.
_ZONE_NAMES: dict[float, str] = {
    **{0: "z ut utc gmt wet", 1: "bst cet west", 2: "cest eet", 3: "eest msk"},
    **{7: "wib", 8: "wita sgt myt hkt pht awst", 9: "wit jst kst"},
    **{9.5: "acst", 10: "aest", 10.5: "acdt", 11: "aedt", 12: "nzst", 13: "nzdt"},
    **{-4: "edt", -5: "est cdt", -6: "cst mdt", -7: "mst pdt", -8: "pst"},
}
ZONES = {name: timedelta(hours=hours) for hours, names in _ZONE_NAMES.items() for name in names.split()}
"""Offsets by the zones' names."""
INDONESIAN_ZONES = frozenset({"wib", "wita", "wit"})
