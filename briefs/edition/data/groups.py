"""Groups of countries: those that an edition declares, and the regions of the United Nations.

In: an edition. Out: the codes of each group's members. The regions are those of the standard M49 of the UN Statistics Division, as
of 2024: https://unstats.un.org/unsd/methodology/m49/
"""

from __future__ import annotations

from collections.abc import Mapping

from briefs.edition.model import Edition

# Subregions by the region that they belong to, with the ISO 3166 codes of their countries and areas.
_M49: Mapping[str, Mapping[str, str]] = {
    "africa": {
        "northern-africa": "dz eg ly ma sd tn eh",
        "eastern-africa": "io bi km dj er et tf ke mg mw mu yt mz re rw sc so ss ug tz zm zw",
        "middle-africa": "ao cm cf td cg cd gq ga st",
        "southern-africa": "bw sz ls na za",
        "western-africa": "bj bf cv ci gm gh gn gw lr ml mr ne ng sh sn sl tg",
    },
    "americas": {
        "caribbean": "ai ag aw bs bb bq vg ky cu cw dm do gd gp ht jm mq ms pr bl kn lc mf vc sx tt tc vi",
        "central-america": "bz cr sv gt hn mx ni pa",
        "south-america": "ar bo bv br cl co ec fk gf gy py pe gs sr uy ve",
        "northern-america": "bm ca gl pm us",
    },
    "asia": {
        "central-asia": "kz kg tj tm uz",
        "eastern-asia": "cn hk mo kp jp mn kr",
        "south-eastern-asia": "bn kh id la my mm ph sg th tl vn",
        "southern-asia": "af bd bt in ir mv np pk lk",
        "western-asia": "am az bh cy ge iq il jo kw lb om qa sa ps sy tr ae ye",
    },
    "europe": {
        "eastern-europe": "by bg cz hu pl md ro ru sk ua",
        "northern-europe": "ax dk ee fo fi gg is ie im je lv lt no sj se gb",
        "southern-europe": "al ad ba hr gi gr va it mt me mk pt sm rs si es",
        "western-europe": "at be fr de li lu mc nl ch",
    },
    "oceania": {
        "australia-and-new-zealand": "au cx cc hm nz nf",
        "melanesia": "fj nc pg sb vu",
        "micronesia": "gu ki mh fm nr mp pw um",
        "polynesia": "as ck pf nu pn ws tk to tv wf",
    },
}


def members(edition: Edition) -> Mapping[str, frozenset[str]]:
    """The codes of the edition's countries in each group, by the group's id. A group without countries of the edition is left out.

    A group that the edition declares takes the place of a region with the same id.
    """
    regions: dict[str, set[str]] = {}
    for region, parts in _M49.items():
        for part, codes in parts.items():
            for id in (region, part):
                regions.setdefault(id, set()).update(codes.split())
    own = {group.id: set(group.members) for group in edition.about.groups}
    found = {id: frozenset(codes & edition.names.keys()) for id, codes in (regions | own).items()}
    return {id: codes for id, codes in found.items() if codes}
