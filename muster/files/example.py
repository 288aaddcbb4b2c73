"""A force of three members, small enough to read: the worked example of ``docs/force-directory.md``."""

from typing import Final

EXAMPLE: Final = {
    "force.toml": """\
force = "HARBOR"
name = "Harbor Police"
zone = "America/New_York"
levels = ["department", "station"]
country = "US"
subdivision = "NY"
""",
    "units.csv": """\
unit,name,level,parent
HP,Harbor Police,department,
PIER-1,"Station 1, the piers",station,HP
""",
    "titles.csv": """\
title,name,kind,standing
chief,Chief,command,
captain,Station captain,command,
desk,Desk officer,tour,10
""",
    "positions.csv": """\
position,unit,title,order,places
HP-CHIEF,HP,chief,1,1
PIER-1-CO,PIER-1,captain,1,1
PIER-1-DESK,PIER-1,desk,2,1
""",
    "tours.csv": """\
tour,start,end,days
day,0800,1635,0
night,2315,0750,1
""",
    "charts.csv": """\
chart,name,cycle,anchor
5-2,Monday to Friday,W W W W W o o,2020-01-06
4-2,Four on two off,W W W W o o,2020-01-06
""",
    "squads.csv": """\
squad,unit,chart,offset,tour
HP-OFFICE,HP,5-2,0,day
PIER-1-OFFICE,PIER-1,5-2,0,day
PIER-1-NIGHT,PIER-1,4-2,2,night
""",
    "members.csv": """\
member,name,joined
1001,Chief Example,1999-07-01
1002,Captain Example,2006-01-09
1003,Officer Example,2015-01-07
""",
    "appointments.csv": """\
position,member,kind,since,until,instrument
HP-CHIEF,1001,substantive,2018-03-01,,
PIER-1-CO,1002,substantive,2019-06-15,,Order 12/2019
PIER-1-DESK,1003,substantive,2020-02-03,,
""",
    "squad-places.csv": """\
member,squad,since
1001,HP-OFFICE,2018-03-01
1002,PIER-1-OFFICE,2019-06-15
1003,PIER-1-NIGHT,2020-02-03
""",
    "absences.csv": """\
member,kind,since,until
1002,leave,2020-10-31,2020-11-01T01:30-05:00
""",
    "contact-points.csv": """\
member,channel,order,address
1001,telephone,1,+1 212 555 0101
1002,telephone,1,+1 212 555 0102
1003,telephone,1,+1 212 555 0103
""",
}
