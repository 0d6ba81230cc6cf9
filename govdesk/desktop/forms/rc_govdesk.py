# Resource object code (Python 3)
# Created by: object code
# Created by: The Resource Compiler for Qt version 6.11.3
# WARNING! All changes made in this file will be lost!

from PySide6 import QtCore

qt_resource_data = b"\
\x00\x00\x01\x99\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-moon\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22M2\
0.985 12.486a9 9\
 0 1 1-9.473-9.4\
72c.405-.022.617\
.46.402.803a6 6 \
0 0 0 8.268 8.26\
8c.344-.215.825-\
.004.803.401\x22 />\
\x0a</svg>\x0a\
\x00\x00\x01\xaa\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-text-se\
arch\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M21 5H3\x22 />\
\x0a  <path d=\x22M10 \
12H3\x22 />\x0a  <path\
 d=\x22M10 19H3\x22 />\
\x0a  <circle cx=\x221\
7\x22 cy=\x2215\x22 r=\x223\x22\
 />\x0a  <path d=\x22m\
21 19-1.9-1.9\x22 /\
>\x0a</svg>\x0a\
\x00\x00\x02\xb1\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-bug\x22\x0a  \
xmlns=\x22http://ww\
w.w3.org/2000/sv\
g\x22\x0a  width=\x2224\x22\x0a\
  height=\x2224\x22\x0a  \
viewBox=\x220 0 24 \
24\x22\x0a  fill=\x22none\
\x22\x0a  stroke=\x22curr\
entColor\x22\x0a  stro\
ke-width=\x222\x22\x0a  s\
troke-linecap=\x22r\
ound\x22\x0a  stroke-l\
inejoin=\x22round\x22\x0a\
>\x0a  <path d=\x22M12\
 20v-9\x22 />\x0a  <pa\
th d=\x22M14 7a4 4 \
0 0 1 4 4v3a6 6 \
0 0 1-12 0v-3a4 \
4 0 0 1 4-4z\x22 />\
\x0a  <path d=\x22M14.\
12 3.88 16 2\x22 />\
\x0a  <path d=\x22M21 \
21a4 4 0 0 0-3.8\
1-4\x22 />\x0a  <path \
d=\x22M21 5a4 4 0 0\
 1-3.55 3.97\x22 />\
\x0a  <path d=\x22M22 \
13h-4\x22 />\x0a  <pat\
h d=\x22M3 21a4 4 0\
 0 1 3.81-4\x22 />\x0a\
  <path d=\x22M3 5a\
4 4 0 0 0 3.55 3\
.97\x22 />\x0a  <path \
d=\x22M6 13H2\x22 />\x0a \
 <path d=\x22m8 2 1\
.88 1.88\x22 />\x0a  <\
path d=\x22M9 7.13V\
6a3 3 0 1 1 6 0v\
1.13\x22 />\x0a</svg>\x0a\
\
\x00\x00\x01\x92\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-history\
\x22\x0a  xmlns=\x22http:\
//www.w3.org/200\
0/svg\x22\x0a  width=\x22\
24\x22\x0a  height=\x2224\
\x22\x0a  viewBox=\x220 0\
 24 24\x22\x0a  fill=\x22\
none\x22\x0a  stroke=\x22\
currentColor\x22\x0a  \
stroke-width=\x222\x22\
\x0a  stroke-lineca\
p=\x22round\x22\x0a  stro\
ke-linejoin=\x22rou\
nd\x22\x0a>\x0a  <path d=\
\x22M3 12a9 9 0 1 0\
 9-9 9.75 9.75 0\
 0 0-6.74 2.74L3\
 8\x22 />\x0a  <path d\
=\x22M3 3v5h5\x22 />\x0a \
 <path d=\x22M12 7v\
5l4 2\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01A\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-chevron\
-left\x22\x0a  xmlns=\x22\
http://www.w3.or\
g/2000/svg\x22\x0a  wi\
dth=\x2224\x22\x0a  heigh\
t=\x2224\x22\x0a  viewBox\
=\x220 0 24 24\x22\x0a  f\
ill=\x22none\x22\x0a  str\
oke=\x22currentColo\
r\x22\x0a  stroke-widt\
h=\x222\x22\x0a  stroke-l\
inecap=\x22round\x22\x0a \
 stroke-linejoin\
=\x22round\x22\x0a>\x0a  <pa\
th d=\x22m15 18-6-6\
 6-6\x22 />\x0a</svg>\x0a\
\
\x00\x00\x01\xf5\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-scroll-\
text\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M15 12h-5\x22 \
/>\x0a  <path d=\x22M1\
5 8h-5\x22 />\x0a  <pa\
th d=\x22M19 17V5a2\
 2 0 0 0-2-2H4\x22 \
/>\x0a  <path d=\x22M8\
 21h12a2 2 0 0 0\
 2-2v-1a1 1 0 0 \
0-1-1H11a1 1 0 0\
 0-1 1v1a2 2 0 1\
 1-4 0V5a2 2 0 1\
 0-4 0v2a1 1 0 0\
 0 1 1h3\x22 />\x0a</s\
vg>\x0a\
\x00\x00\x02\xa2\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-circle-\
dashed\x22\x0a  xmlns=\
\x22http://www.w3.o\
rg/2000/svg\x22\x0a  w\
idth=\x2224\x22\x0a  heig\
ht=\x2224\x22\x0a  viewBo\
x=\x220 0 24 24\x22\x0a  \
fill=\x22none\x22\x0a  st\
roke=\x22currentCol\
or\x22\x0a  stroke-wid\
th=\x222\x22\x0a  stroke-\
linecap=\x22round\x22\x0a\
  stroke-linejoi\
n=\x22round\x22\x0a>\x0a  <p\
ath d=\x22M10.1 2.1\
82a10 10 0 0 1 3\
.8 0\x22 />\x0a  <path\
 d=\x22M13.9 21.818\
a10 10 0 0 1-3.8\
 0\x22 />\x0a  <path d\
=\x22M17.609 3.721a\
10 10 0 0 1 2.69\
 2.7\x22 />\x0a  <path\
 d=\x22M2.182 13.9a\
10 10 0 0 1 0-3.\
8\x22 />\x0a  <path d=\
\x22M20.279 17.609a\
10 10 0 0 1-2.7 \
2.69\x22 />\x0a  <path\
 d=\x22M21.818 10.1\
a10 10 0 0 1 0 3\
.8\x22 />\x0a  <path d\
=\x22M3.721 6.391a1\
0 10 0 0 1 2.7-2\
.69\x22 />\x0a  <path \
d=\x22M6.391 20.279\
a10 10 0 0 1-2.6\
9-2.7\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01o\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-panel-r\
ight\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <rec\
t width=\x2218\x22 hei\
ght=\x2218\x22 x=\x223\x22 y\
=\x223\x22 rx=\x222\x22 />\x0a \
 <path d=\x22M15 3v\
18\x22 />\x0a</svg>\x0a\
\x00\x00\x01}\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-play\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22M5\
 5a2 2 0 0 1 3.0\
08-1.728l11.997 \
6.998a2 2 0 0 1 \
.003 3.458l-12 7\
A2 2 0 0 1 5 19z\
\x22 />\x0a</svg>\x0a\
\x00\x00\x01\xa2\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-list-ch\
ecks\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M13 5h8\x22 />\
\x0a  <path d=\x22M13 \
12h8\x22 />\x0a  <path\
 d=\x22M13 19h8\x22 />\
\x0a  <path d=\x22m3 1\
7 2 2 4-4\x22 />\x0a  \
<path d=\x22m3 7 2 \
2 4-4\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01\x80\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-lock\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <rect width\
=\x2218\x22 height=\x2211\
\x22 x=\x223\x22 y=\x2211\x22 r\
x=\x222\x22 ry=\x222\x22 />\x0a\
  <path d=\x22M7 11\
V7a5 5 0 0 1 10 \
0v4\x22 />\x0a</svg>\x0a\
\x00\x00\x01h\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-list-fi\
lter\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M2 5h20\x22 />\
\x0a  <path d=\x22M6 1\
2h12\x22 />\x0a  <path\
 d=\x22M9 19h6\x22 />\x0a\
</svg>\x0a\
\x00\x00\x01\x98\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-databas\
e\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <ellips\
e cx=\x2212\x22 cy=\x225\x22\
 rx=\x229\x22 ry=\x223\x22 /\
>\x0a  <path d=\x22M3 \
5V19A9 3 0 0 0 2\
1 19V5\x22 />\x0a  <pa\
th d=\x22M3 12A9 3 \
0 0 0 21 12\x22 />\x0a\
</svg>\x0a\
\x00\x00\x02$\
<\
svg xmlns=\x22http:\
//www.w3.org/200\
0/svg\x22 width=\x2264\
\x22 height=\x2264\x22 vi\
ewBox=\x220 0 64 64\
\x22>\x0a  <rect x=\x222\x22\
 y=\x222\x22 width=\x2260\
\x22 height=\x2260\x22 rx\
=\x2214\x22 fill=\x22#434\
79f\x22/>\x0a  <rect x\
=\x2212\x22 y=\x2212\x22 wid\
th=\x2240\x22 height=\x22\
8\x22 rx=\x224\x22 fill=\x22\
#ffffff\x22/>\x0a  <re\
ct x=\x2212\x22 y=\x2228\x22\
 width=\x2216\x22 heig\
ht=\x228\x22 rx=\x224\x22 fi\
ll=\x22#b9bcf0\x22/>\x0a \
 <rect x=\x2212\x22 y=\
\x2244\x22 width=\x2212\x22 \
height=\x228\x22 rx=\x224\
\x22 fill=\x22#b9bcf0\x22\
/>\x0a  <circle cx=\
\x2242\x22 cy=\x2241\x22 r=\x22\
16\x22 fill=\x22#fffff\
f\x22/>\x0a  <path d=\x22\
M34.5 41.5l5.5 5\
.5 9.5-10.5\x22 fil\
l=\x22none\x22 stroke=\
\x22#43479f\x22 stroke\
-width=\x226\x22 strok\
e-linecap=\x22round\
\x22 stroke-linejoi\
n=\x22round\x22/>\x0a</sv\
g>\x0a\
\x00\x00\x01\xde\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-monitor\
-smartphone\x22\x0a  x\
mlns=\x22http://www\
.w3.org/2000/svg\
\x22\x0a  width=\x2224\x22\x0a \
 height=\x2224\x22\x0a  v\
iewBox=\x220 0 24 2\
4\x22\x0a  fill=\x22none\x22\
\x0a  stroke=\x22curre\
ntColor\x22\x0a  strok\
e-width=\x222\x22\x0a  st\
roke-linecap=\x22ro\
und\x22\x0a  stroke-li\
nejoin=\x22round\x22\x0a>\
\x0a  <path d=\x22M18 \
8V6a2 2 0 0 0-2-\
2H4a2 2 0 0 0-2 \
2v7a2 2 0 0 0 2 \
2h8\x22 />\x0a  <path \
d=\x22M10 19v-3.96 \
3.15\x22 />\x0a  <path\
 d=\x22M7 19h5\x22 />\x0a\
  <rect width=\x226\
\x22 height=\x2210\x22 x=\
\x2216\x22 y=\x2212\x22 rx=\x22\
2\x22 />\x0a</svg>\x0a\
\x00\x00\x01?\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-chevron\
-down\x22\x0a  xmlns=\x22\
http://www.w3.or\
g/2000/svg\x22\x0a  wi\
dth=\x2224\x22\x0a  heigh\
t=\x2224\x22\x0a  viewBox\
=\x220 0 24 24\x22\x0a  f\
ill=\x22none\x22\x0a  str\
oke=\x22currentColo\
r\x22\x0a  stroke-widt\
h=\x222\x22\x0a  stroke-l\
inecap=\x22round\x22\x0a \
 stroke-linejoin\
=\x22round\x22\x0a>\x0a  <pa\
th d=\x22m6 9 6 6 6\
-6\x22 />\x0a</svg>\x0a\
\x00\x00\x01\xb6\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-plug\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22M1\
2 22v-5\x22 />\x0a  <p\
ath d=\x22M15 8V2\x22 \
/>\x0a  <path d=\x22M1\
7 8a1 1 0 0 1 1 \
1v4a4 4 0 0 1-4 \
4h-4a4 4 0 0 1-4\
-4V9a1 1 0 0 1 1\
-1z\x22 />\x0a  <path \
d=\x22M9 8V2\x22 />\x0a</\
svg>\x0a\
\x00\x00\x01\xf3\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-badge-c\
heck\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M3.85 8.62a\
4 4 0 0 1 4.78-4\
.77 4 4 0 0 1 6.\
74 0 4 4 0 0 1 4\
.78 4.78 4 4 0 0\
 1 0 6.74 4 4 0 \
0 1-4.77 4.78 4 \
4 0 0 1-6.75 0 4\
 4 0 0 1-4.78-4.\
77 4 4 0 0 1 0-6\
.76Z\x22 />\x0a  <path\
 d=\x22m16 9-5.5 5.\
5L8 12\x22 />\x0a</svg\
>\x0a\
\x00\x00\x02K\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-layers\x22\
\x0a  xmlns=\x22http:/\
/www.w3.org/2000\
/svg\x22\x0a  width=\x222\
4\x22\x0a  height=\x2224\x22\
\x0a  viewBox=\x220 0 \
24 24\x22\x0a  fill=\x22n\
one\x22\x0a  stroke=\x22c\
urrentColor\x22\x0a  s\
troke-width=\x222\x22\x0a\
  stroke-linecap\
=\x22round\x22\x0a  strok\
e-linejoin=\x22roun\
d\x22\x0a>\x0a  <path d=\x22\
M12.83 2.18a2 2 \
0 0 0-1.66 0L2.6\
 6.08a1 1 0 0 0 \
0 1.83l8.58 3.91\
a2 2 0 0 0 1.66 \
0l8.58-3.9a1 1 0\
 0 0 0-1.83z\x22 />\
\x0a  <path d=\x22M2 1\
2a1 1 0 0 0 .58.\
91l8.6 3.91a2 2 \
0 0 0 1.65 0l8.5\
8-3.9A1 1 0 0 0 \
22 12\x22 />\x0a  <pat\
h d=\x22M2 17a1 1 0\
 0 0 .58.91l8.6 \
3.91a2 2 0 0 0 1\
.65 0l8.58-3.9A1\
 1 0 0 0 22 17\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x01\x8b\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-log-out\
\x22\x0a  xmlns=\x22http:\
//www.w3.org/200\
0/svg\x22\x0a  width=\x22\
24\x22\x0a  height=\x2224\
\x22\x0a  viewBox=\x220 0\
 24 24\x22\x0a  fill=\x22\
none\x22\x0a  stroke=\x22\
currentColor\x22\x0a  \
stroke-width=\x222\x22\
\x0a  stroke-lineca\
p=\x22round\x22\x0a  stro\
ke-linejoin=\x22rou\
nd\x22\x0a>\x0a  <path d=\
\x22m16 17 5-5-5-5\x22\
 />\x0a  <path d=\x22M\
21 12H9\x22 />\x0a  <p\
ath d=\x22M9 21H5a2\
 2 0 0 1-2-2V5a2\
 2 0 0 1 2-2h4\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x01\x87\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-ellipsi\
s\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <circle\
 cx=\x2212\x22 cy=\x2212\x22\
 r=\x221\x22 />\x0a  <cir\
cle cx=\x2219\x22 cy=\x22\
12\x22 r=\x221\x22 />\x0a  <\
circle cx=\x225\x22 cy\
=\x2212\x22 r=\x221\x22 />\x0a<\
/svg>\x0a\
\x00\x00\x01q\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-info\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <circle cx=\
\x2212\x22 cy=\x2212\x22 r=\x22\
10\x22 />\x0a  <path d\
=\x22M12 16v-4\x22 />\x0a\
  <path d=\x22M12 8\
h.01\x22 />\x0a</svg>\x0a\
\
\x00\x00\x01\xe6\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-stamp\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <path d=\x22M\
14 13V8.5C14 7 1\
5 7 15 5a3 3 0 0\
 0-6 0c0 2 1 2 1\
 3.5V13\x22 />\x0a  <p\
ath d=\x22M20 15.5a\
2.5 2.5 0 0 0-2.\
5-2.5h-11A2.5 2.\
5 0 0 0 4 15.5V1\
7a1 1 0 0 0 1 1h\
14a1 1 0 0 0 1-1\
z\x22 />\x0a  <path d=\
\x22M5 22h14\x22 />\x0a</\
svg>\x0a\
\x00\x00\x01\xea\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-server\x22\
\x0a  xmlns=\x22http:/\
/www.w3.org/2000\
/svg\x22\x0a  width=\x222\
4\x22\x0a  height=\x2224\x22\
\x0a  viewBox=\x220 0 \
24 24\x22\x0a  fill=\x22n\
one\x22\x0a  stroke=\x22c\
urrentColor\x22\x0a  s\
troke-width=\x222\x22\x0a\
  stroke-linecap\
=\x22round\x22\x0a  strok\
e-linejoin=\x22roun\
d\x22\x0a>\x0a  <rect wid\
th=\x2220\x22 height=\x22\
8\x22 x=\x222\x22 y=\x222\x22 r\
x=\x222\x22 ry=\x222\x22 />\x0a\
  <rect width=\x222\
0\x22 height=\x228\x22 x=\
\x222\x22 y=\x2214\x22 rx=\x222\
\x22 ry=\x222\x22 />\x0a  <l\
ine x1=\x226\x22 x2=\x226\
.01\x22 y1=\x226\x22 y2=\x22\
6\x22 />\x0a  <line x1\
=\x226\x22 x2=\x226.01\x22 y\
1=\x2218\x22 y2=\x2218\x22 /\
>\x0a</svg>\x0a\
\x00\x00\x01\x8a\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-square-\
stop\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <rec\
t width=\x2218\x22 hei\
ght=\x2218\x22 x=\x223\x22 y\
=\x223\x22 rx=\x222\x22 />\x0a \
 <rect x=\x229\x22 y=\x22\
9\x22 width=\x226\x22 hei\
ght=\x226\x22 rx=\x221\x22 /\
>\x0a</svg>\x0a\
\x00\x00\x01\xcb\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-house\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <path d=\x22M\
15 21v-8a1 1 0 0\
 0-1-1h-4a1 1 0 \
0 0-1 1v8\x22 />\x0a  \
<path d=\x22M3 10a2\
 2 0 0 1 .709-1.\
528l7-6a2 2 0 0 \
1 2.582 0l7 6A2 \
2 0 0 1 21 10v9a\
2 2 0 0 1-2 2H5a\
2 2 0 0 1-2-2z\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x01w\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-smartph\
one\x22\x0a  xmlns=\x22ht\
tp://www.w3.org/\
2000/svg\x22\x0a  widt\
h=\x2224\x22\x0a  height=\
\x2224\x22\x0a  viewBox=\x22\
0 0 24 24\x22\x0a  fil\
l=\x22none\x22\x0a  strok\
e=\x22currentColor\x22\
\x0a  stroke-width=\
\x222\x22\x0a  stroke-lin\
ecap=\x22round\x22\x0a  s\
troke-linejoin=\x22\
round\x22\x0a>\x0a  <rect\
 width=\x2214\x22 heig\
ht=\x2220\x22 x=\x225\x22 y=\
\x222\x22 rx=\x222\x22 ry=\x222\
\x22 />\x0a  <path d=\x22\
M12 18h.01\x22 />\x0a<\
/svg>\x0a\
\x00\x00\x02\x05\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-webhook\
\x22\x0a  xmlns=\x22http:\
//www.w3.org/200\
0/svg\x22\x0a  width=\x22\
24\x22\x0a  height=\x2224\
\x22\x0a  viewBox=\x220 0\
 24 24\x22\x0a  fill=\x22\
none\x22\x0a  stroke=\x22\
currentColor\x22\x0a  \
stroke-width=\x222\x22\
\x0a  stroke-lineca\
p=\x22round\x22\x0a  stro\
ke-linejoin=\x22rou\
nd\x22\x0a>\x0a  <path d=\
\x22M18 16.98h-5.99\
c-1.1 0-1.95.94-\
2.48 1.9A4 4 0 0\
 1 2 17c.01-.7.2\
-1.4.57-2\x22 />\x0a  \
<path d=\x22m6 17 3\
.13-5.78c.53-.97\
.1-2.18-.5-3.1a4\
 4 0 1 1 6.89-4.\
06\x22 />\x0a  <path d\
=\x22m12 6 3.13 5.7\
3C15.66 12.7 16.\
9 13 18 13a4 4 0\
 0 1 0 8\x22 />\x0a</s\
vg>\x0a\
\x00\x00\x027\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-radio-t\
ower\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M4.9 16.1C1\
 12.2 1 5.8 4.9 \
1.9\x22 />\x0a  <path \
d=\x22M7.8 4.7a6.14\
 6.14 0 0 0-.8 7\
.5\x22 />\x0a  <circle\
 cx=\x2212\x22 cy=\x229\x22 \
r=\x222\x22 />\x0a  <path\
 d=\x22M16.2 4.8c2 \
2 2.26 5.11.8 7.\
47\x22 />\x0a  <path d\
=\x22M19.1 1.9a9.96\
 9.96 0 0 1 0 14\
.1\x22 />\x0a  <path d\
=\x22M9.5 18h5\x22 />\x0a\
  <path d=\x22m8 22\
 4-11 4 11\x22 />\x0a<\
/svg>\x0a\
\x00\x00\x01[\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-clock\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <circle cx\
=\x2212\x22 cy=\x2212\x22 r=\
\x2210\x22 />\x0a  <path \
d=\x22M12 6v6l4 2\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x01\xef\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-door-op\
en\x22\x0a  xmlns=\x22htt\
p://www.w3.org/2\
000/svg\x22\x0a  width\
=\x2224\x22\x0a  height=\x22\
24\x22\x0a  viewBox=\x220\
 0 24 24\x22\x0a  fill\
=\x22none\x22\x0a  stroke\
=\x22currentColor\x22\x0a\
  stroke-width=\x22\
2\x22\x0a  stroke-line\
cap=\x22round\x22\x0a  st\
roke-linejoin=\x22r\
ound\x22\x0a>\x0a  <path \
d=\x22M10 21H2\x22 />\x0a\
  <path d=\x22M10 3\
H7a2 2 0 00-2 2v\
16\x22 />\x0a  <path d\
=\x22M14 12h.01\x22 />\
\x0a  <path d=\x22M19 \
21V5a2 2 0 00-1.\
675-1.974l-6.163\
-1.013A1 1 0 001\
0 3v18a1 1 0 001\
.124.992z\x22 />\x0a  \
<path d=\x22M22 21h\
-3\x22 />\x0a</svg>\x0a\
\x00\x00\x02F\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-eye-off\
\x22\x0a  xmlns=\x22http:\
//www.w3.org/200\
0/svg\x22\x0a  width=\x22\
24\x22\x0a  height=\x2224\
\x22\x0a  viewBox=\x220 0\
 24 24\x22\x0a  fill=\x22\
none\x22\x0a  stroke=\x22\
currentColor\x22\x0a  \
stroke-width=\x222\x22\
\x0a  stroke-lineca\
p=\x22round\x22\x0a  stro\
ke-linejoin=\x22rou\
nd\x22\x0a>\x0a  <path d=\
\x22M10.733 5.076a1\
0.744 10.744 0 0\
 1 11.205 6.575 \
1 1 0 0 1 0 .696\
 10.747 10.747 0\
 0 1-1.444 2.49\x22\
 />\x0a  <path d=\x22M\
14.084 14.158a3 \
3 0 0 1-4.242-4.\
242\x22 />\x0a  <path \
d=\x22M17.479 17.49\
9a10.75 10.75 0 \
0 1-15.417-5.151\
 1 1 0 0 1 0-.69\
6 10.75 10.75 0 \
0 1 4.446-5.143\x22\
 />\x0a  <path d=\x22m\
2 2 20 20\x22 />\x0a</\
svg>\x0a\
\x00\x00\x02\x1c\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-hard-dr\
ive\x22\x0a  xmlns=\x22ht\
tp://www.w3.org/\
2000/svg\x22\x0a  widt\
h=\x2224\x22\x0a  height=\
\x2224\x22\x0a  viewBox=\x22\
0 0 24 24\x22\x0a  fil\
l=\x22none\x22\x0a  strok\
e=\x22currentColor\x22\
\x0a  stroke-width=\
\x222\x22\x0a  stroke-lin\
ecap=\x22round\x22\x0a  s\
troke-linejoin=\x22\
round\x22\x0a>\x0a  <path\
 d=\x22M10 16h.01\x22 \
/>\x0a  <path d=\x22M2\
.212 11.577a2 2 \
0 0 0-.212.896V1\
8a2 2 0 0 0 2 2h\
16a2 2 0 0 0 2-2\
v-5.527a2 2 0 0 \
0-.212-.896L18.5\
5 5.11A2 2 0 0 0\
 16.76 4H7.24a2 \
2 0 0 0-1.79 1.1\
1z\x22 />\x0a  <path d\
=\x22M21.946 12.013\
H2.054\x22 />\x0a  <pa\
th d=\x22M6 16h.01\x22\
 />\x0a</svg>\x0a\
\x00\x00\x02R\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-octagon\
-alert\x22\x0a  xmlns=\
\x22http://www.w3.o\
rg/2000/svg\x22\x0a  w\
idth=\x2224\x22\x0a  heig\
ht=\x2224\x22\x0a  viewBo\
x=\x220 0 24 24\x22\x0a  \
fill=\x22none\x22\x0a  st\
roke=\x22currentCol\
or\x22\x0a  stroke-wid\
th=\x222\x22\x0a  stroke-\
linecap=\x22round\x22\x0a\
  stroke-linejoi\
n=\x22round\x22\x0a>\x0a  <p\
ath d=\x22M12 16h.0\
1\x22 />\x0a  <path d=\
\x22M12 8v4\x22 />\x0a  <\
path d=\x22M15.312 \
2a2 2 0 0 1 1.41\
4.586l4.688 4.68\
8A2 2 0 0 1 22 8\
.688v6.624a2 2 0\
 0 1-.586 1.414l\
-4.688 4.688a2 2\
 0 0 1-1.414.586\
H8.688a2 2 0 0 1\
-1.414-.586l-4.6\
88-4.688A2 2 0 0\
 1 2 15.312V8.68\
8a2 2 0 0 1 .586\
-1.414l4.688-4.6\
88A2 2 0 0 1 8.6\
88 2z\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01\xef\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-funnel-\
x\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M12.531 3H3a1 \
1 0 0 0-.742 1.6\
7l7.225 7.989A2 \
2 0 0 1 10 14v6a\
1 1 0 0 0 .553.8\
95l2 1A1 1 0 0 0\
 14 21v-7a2 2 0 \
0 1 .517-1.341l.\
427-.473\x22 />\x0a  <\
path d=\x22m16.5 3.\
5 5 5\x22 />\x0a  <pat\
h d=\x22m21.5 3.5-5\
 5\x22 />\x0a</svg>\x0a\
\x00\x00\x01\x9f\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-circle-\
alert\x22\x0a  xmlns=\x22\
http://www.w3.or\
g/2000/svg\x22\x0a  wi\
dth=\x2224\x22\x0a  heigh\
t=\x2224\x22\x0a  viewBox\
=\x220 0 24 24\x22\x0a  f\
ill=\x22none\x22\x0a  str\
oke=\x22currentColo\
r\x22\x0a  stroke-widt\
h=\x222\x22\x0a  stroke-l\
inecap=\x22round\x22\x0a \
 stroke-linejoin\
=\x22round\x22\x0a>\x0a  <ci\
rcle cx=\x2212\x22 cy=\
\x2212\x22 r=\x2210\x22 />\x0a \
 <line x1=\x2212\x22 x\
2=\x2212\x22 y1=\x228\x22 y2\
=\x2212\x22 />\x0a  <line\
 x1=\x2212\x22 x2=\x2212.\
01\x22 y1=\x2216\x22 y2=\x22\
16\x22 />\x0a</svg>\x0a\
\x00\x00\x01L\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-x\x22\x0a  xm\
lns=\x22http://www.\
w3.org/2000/svg\x22\
\x0a  width=\x2224\x22\x0a  \
height=\x2224\x22\x0a  vi\
ewBox=\x220 0 24 24\
\x22\x0a  fill=\x22none\x22\x0a\
  stroke=\x22curren\
tColor\x22\x0a  stroke\
-width=\x222\x22\x0a  str\
oke-linecap=\x22rou\
nd\x22\x0a  stroke-lin\
ejoin=\x22round\x22\x0a>\x0a\
  <path d=\x22M18 6\
 6 18\x22 />\x0a  <pat\
h d=\x22m6 6 12 12\x22\
 />\x0a</svg>\x0a\
\x00\x00\x01\x9e\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-copy\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <rect width\
=\x2214\x22 height=\x2214\
\x22 x=\x228\x22 y=\x228\x22 rx\
=\x222\x22 ry=\x222\x22 />\x0a \
 <path d=\x22M4 16c\
-1.1 0-2-.9-2-2V\
4c0-1.1.9-2 2-2h\
10c1.1 0 2 .9 2 \
2\x22 />\x0a</svg>\x0a\
\x00\x00\x01\x97\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-globe\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <circle cx\
=\x2212\x22 cy=\x2212\x22 r=\
\x2210\x22 />\x0a  <path \
d=\x22M12 2a14.5 14\
.5 0 0 0 0 20 14\
.5 14.5 0 0 0 0-\
20\x22 />\x0a  <path d\
=\x22M2 12h20\x22 />\x0a<\
/svg>\x0a\
\x00\x00\x01\x87\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-mail\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22m2\
2 7-8.991 5.727a\
2 2 0 0 1-2.009 \
0L2 7\x22 />\x0a  <rec\
t x=\x222\x22 y=\x224\x22 wi\
dth=\x2220\x22 height=\
\x2216\x22 rx=\x222\x22 />\x0a<\
/svg>\x0a\
\x00\x00\x02\xc3\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-user-co\
g\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M10 15H6a4 4 0\
 0 0-4 4v2\x22 />\x0a \
 <path d=\x22m14.30\
5 16.53.923-.382\
\x22 />\x0a  <path d=\x22\
m15.228 13.852-.\
923-.383\x22 />\x0a  <\
path d=\x22m16.852 \
12.228-.383-.923\
\x22 />\x0a  <path d=\x22\
m16.852 17.772-.\
383.924\x22 />\x0a  <p\
ath d=\x22m19.148 1\
2.228.383-.923\x22 \
/>\x0a  <path d=\x22m1\
9.53 18.696-.382\
-.924\x22 />\x0a  <pat\
h d=\x22m20.772 13.\
852.924-.383\x22 />\
\x0a  <path d=\x22m20.\
772 16.148.924.3\
83\x22 />\x0a  <circle\
 cx=\x2218\x22 cy=\x2215\x22\
 r=\x223\x22 />\x0a  <cir\
cle cx=\x229\x22 cy=\x227\
\x22 r=\x224\x22 />\x0a</svg\
>\x0a\
\x00\x00\x01A\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-chevron\
-right\x22\x0a  xmlns=\
\x22http://www.w3.o\
rg/2000/svg\x22\x0a  w\
idth=\x2224\x22\x0a  heig\
ht=\x2224\x22\x0a  viewBo\
x=\x220 0 24 24\x22\x0a  \
fill=\x22none\x22\x0a  st\
roke=\x22currentCol\
or\x22\x0a  stroke-wid\
th=\x222\x22\x0a  stroke-\
linecap=\x22round\x22\x0a\
  stroke-linejoi\
n=\x22round\x22\x0a>\x0a  <p\
ath d=\x22m9 18 6-6\
-6-6\x22 />\x0a</svg>\x0a\
\
\x00\x00\x02m\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-file-br\
aces\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M6 22a2 2 0\
 0 1-2-2V4a2 2 0\
 0 1 2-2h8a2.4 2\
.4 0 0 1 1.704.7\
06l3.588 3.588A2\
.4 2.4 0 0 1 20 \
8v12a2 2 0 0 1-2\
 2z\x22 />\x0a  <path \
d=\x22M14 2v5a1 1 0\
 0 0 1 1h5\x22 />\x0a \
 <path d=\x22M10 12\
a1 1 0 0 0-1 1v1\
a1 1 0 0 1-1 1 1\
 1 0 0 1 1 1v1a1\
 1 0 0 0 1 1\x22 />\
\x0a  <path d=\x22M14 \
18a1 1 0 0 0 1-1\
v-1a1 1 0 0 1 1-\
1 1 1 0 0 1-1-1v\
-1a1 1 0 0 0-1-1\
\x22 />\x0a</svg>\x0a\
\x00\x00\x01\x84\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-columns\
-3\x22\x0a  xmlns=\x22htt\
p://www.w3.org/2\
000/svg\x22\x0a  width\
=\x2224\x22\x0a  height=\x22\
24\x22\x0a  viewBox=\x220\
 0 24 24\x22\x0a  fill\
=\x22none\x22\x0a  stroke\
=\x22currentColor\x22\x0a\
  stroke-width=\x22\
2\x22\x0a  stroke-line\
cap=\x22round\x22\x0a  st\
roke-linejoin=\x22r\
ound\x22\x0a>\x0a  <rect \
width=\x2218\x22 heigh\
t=\x2218\x22 x=\x223\x22 y=\x22\
3\x22 rx=\x222\x22 />\x0a  <\
path d=\x22M9 3v18\x22\
 />\x0a  <path d=\x22M\
15 3v18\x22 />\x0a</sv\
g>\x0a\
\x00\x00\x01\xd3\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-book-op\
en\x22\x0a  xmlns=\x22htt\
p://www.w3.org/2\
000/svg\x22\x0a  width\
=\x2224\x22\x0a  height=\x22\
24\x22\x0a  viewBox=\x220\
 0 24 24\x22\x0a  fill\
=\x22none\x22\x0a  stroke\
=\x22currentColor\x22\x0a\
  stroke-width=\x22\
2\x22\x0a  stroke-line\
cap=\x22round\x22\x0a  st\
roke-linejoin=\x22r\
ound\x22\x0a>\x0a  <path \
d=\x22M12 5v16\x22 />\x0a\
  <path d=\x22M20.0\
01 19A2 2 0 0022\
 17V5a2 2 0 00-1\
.999-2L16 3.002A\
5 5 0 0012 5a5 5\
 0 00-4-2H4a2 2 \
0 00-2 2v12a2 2 \
0 001.999 2H8a5 \
5 0 014 2 5 5 0 \
014-2z\x22 />\x0a</svg\
>\x0a\
\x00\x00\x01W\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-arrow-r\
ight\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22M5 12h14\x22 /\
>\x0a  <path d=\x22m12\
 5 7 7-7 7\x22 />\x0a<\
/svg>\x0a\
\x00\x00\x01\x9d\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-circle-\
question-mark\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <circle cx=\
\x2212\x22 cy=\x2212\x22 r=\x22\
10\x22 />\x0a  <path d\
=\x22M9.09 9a3 3 0 \
0 1 5.83 1c0 2-3\
 3-3 3\x22 />\x0a  <pa\
th d=\x22M12 17h.01\
\x22 />\x0a</svg>\x0a\
\x00\x00\x01i\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-circle-\
check\x22\x0a  xmlns=\x22\
http://www.w3.or\
g/2000/svg\x22\x0a  wi\
dth=\x2224\x22\x0a  heigh\
t=\x2224\x22\x0a  viewBox\
=\x220 0 24 24\x22\x0a  f\
ill=\x22none\x22\x0a  str\
oke=\x22currentColo\
r\x22\x0a  stroke-widt\
h=\x222\x22\x0a  stroke-l\
inecap=\x22round\x22\x0a \
 stroke-linejoin\
=\x22round\x22\x0a>\x0a  <ci\
rcle cx=\x2212\x22 cy=\
\x2212\x22 r=\x2210\x22 />\x0a \
 <path d=\x22m16 9-\
5.5 5.5L8 12\x22 />\
\x0a</svg>\x0a\
\x00\x00\x01\xae\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-triangl\
e-alert\x22\x0a  xmlns\
=\x22http://www.w3.\
org/2000/svg\x22\x0a  \
width=\x2224\x22\x0a  hei\
ght=\x2224\x22\x0a  viewB\
ox=\x220 0 24 24\x22\x0a \
 fill=\x22none\x22\x0a  s\
troke=\x22currentCo\
lor\x22\x0a  stroke-wi\
dth=\x222\x22\x0a  stroke\
-linecap=\x22round\x22\
\x0a  stroke-linejo\
in=\x22round\x22\x0a>\x0a  <\
path d=\x22m21.73 1\
8-8-14a2 2 0 0 0\
-3.48 0l-8 14A2 \
2 0 0 0 4 21h16a\
2 2 0 0 0 1.73-3\
\x22 />\x0a  <path d=\x22\
M12 9v4\x22 />\x0a  <p\
ath d=\x22M12 17h.0\
1\x22 />\x0a</svg>\x0a\
\x00\x00\x01\x81\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-table-2\
\x22\x0a  xmlns=\x22http:\
//www.w3.org/200\
0/svg\x22\x0a  width=\x22\
24\x22\x0a  height=\x2224\
\x22\x0a  viewBox=\x220 0\
 24 24\x22\x0a  fill=\x22\
none\x22\x0a  stroke=\x22\
currentColor\x22\x0a  \
stroke-width=\x222\x22\
\x0a  stroke-lineca\
p=\x22round\x22\x0a  stro\
ke-linejoin=\x22rou\
nd\x22\x0a>\x0a  <path d=\
\x22M3 9h18\x22 />\x0a  <\
path d=\x22M9 3v18\x22\
 />\x0a  <rect x=\x223\
\x22 y=\x223\x22 width=\x221\
8\x22 height=\x2218\x22 r\
x=\x222\x22 />\x0a</svg>\x0a\
\
\x00\x00\x01\xbf\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-funnel\x22\
\x0a  xmlns=\x22http:/\
/www.w3.org/2000\
/svg\x22\x0a  width=\x222\
4\x22\x0a  height=\x2224\x22\
\x0a  viewBox=\x220 0 \
24 24\x22\x0a  fill=\x22n\
one\x22\x0a  stroke=\x22c\
urrentColor\x22\x0a  s\
troke-width=\x222\x22\x0a\
  stroke-linecap\
=\x22round\x22\x0a  strok\
e-linejoin=\x22roun\
d\x22\x0a>\x0a  <path d=\x22\
M10 20a1 1 0 0 0\
 .553.895l2 1A1 \
1 0 0 0 14 21v-7\
a2 2 0 0 1 .517-\
1.341L21.74 4.67\
A1 1 0 0 0 21 3H\
3a1 1 0 0 0-.742\
 1.67l7.225 7.98\
9A2 2 0 0 1 10 1\
4z\x22 />\x0a</svg>\x0a\
\x00\x00\x01\xf2\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-shield-\
check\x22\x0a  xmlns=\x22\
http://www.w3.or\
g/2000/svg\x22\x0a  wi\
dth=\x2224\x22\x0a  heigh\
t=\x2224\x22\x0a  viewBox\
=\x220 0 24 24\x22\x0a  f\
ill=\x22none\x22\x0a  str\
oke=\x22currentColo\
r\x22\x0a  stroke-widt\
h=\x222\x22\x0a  stroke-l\
inecap=\x22round\x22\x0a \
 stroke-linejoin\
=\x22round\x22\x0a>\x0a  <pa\
th d=\x22M20 13c0 5\
-3.5 7.5-7.66 8.\
95a1 1 0 0 1-.67\
-.01C7.5 20.5 4 \
18 4 13V6a1 1 0 \
0 1 1-1c2 0 4.5-\
1.2 6.24-2.72a1.\
17 1.17 0 0 1 1.\
52 0C14.51 3.81 \
17 5 19 5a1 1 0 \
0 1 1 1z\x22 />\x0a  <\
path d=\x22m9 12 2 \
2 4-4\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01\xa5\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-bookmar\
k\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M17 3a2 2 0 0 \
1 2 2v15a1 1 0 0\
 1-1.496.868l-4.\
512-2.578a2 2 0 \
0 0-1.984 0l-4.5\
12 2.578A1 1 0 0\
 1 5 20V5a2 2 0 \
0 1 2-2z\x22 />\x0a</s\
vg>\x0a\
\x00\x00\x01u\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-command\
\x22\x0a  xmlns=\x22http:\
//www.w3.org/200\
0/svg\x22\x0a  width=\x22\
24\x22\x0a  height=\x2224\
\x22\x0a  viewBox=\x220 0\
 24 24\x22\x0a  fill=\x22\
none\x22\x0a  stroke=\x22\
currentColor\x22\x0a  \
stroke-width=\x222\x22\
\x0a  stroke-lineca\
p=\x22round\x22\x0a  stro\
ke-linejoin=\x22rou\
nd\x22\x0a>\x0a  <path d=\
\x22M15 6v12a3 3 0 \
1 0 3-3H6a3 3 0 \
1 0 3 3V6a3 3 0 \
1 0-3 3h12a3 3 0\
 1 0-3-3\x22 />\x0a</s\
vg>\x0a\
\x00\x00\x02\x15\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-key-rou\
nd\x22\x0a  xmlns=\x22htt\
p://www.w3.org/2\
000/svg\x22\x0a  width\
=\x2224\x22\x0a  height=\x22\
24\x22\x0a  viewBox=\x220\
 0 24 24\x22\x0a  fill\
=\x22none\x22\x0a  stroke\
=\x22currentColor\x22\x0a\
  stroke-width=\x22\
2\x22\x0a  stroke-line\
cap=\x22round\x22\x0a  st\
roke-linejoin=\x22r\
ound\x22\x0a>\x0a  <path \
d=\x22M2.586 17.414\
A2 2 0 0 0 2 18.\
828V21a1 1 0 0 0\
 1 1h3a1 1 0 0 0\
 1-1v-1a1 1 0 0 \
1 1-1h1a1 1 0 0 \
0 1-1v-1a1 1 0 0\
 1 1-1h.172a2 2 \
0 0 0 1.414-.586\
l.814-.814a6.5 6\
.5 0 1 0-4-4z\x22 /\
>\x0a  <circle cx=\x22\
16.5\x22 cy=\x227.5\x22 r\
=\x22.5\x22 fill=\x22curr\
entColor\x22 />\x0a</s\
vg>\x0a\
\x00\x00\x02\x1c\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-keyboar\
d\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M10 8h.01\x22 />\x0a\
  <path d=\x22M12 1\
2h.01\x22 />\x0a  <pat\
h d=\x22M14 8h.01\x22 \
/>\x0a  <path d=\x22M1\
6 12h.01\x22 />\x0a  <\
path d=\x22M18 8h.0\
1\x22 />\x0a  <path d=\
\x22M6 8h.01\x22 />\x0a  \
<path d=\x22M7 16h1\
0\x22 />\x0a  <path d=\
\x22M8 12h.01\x22 />\x0a \
 <rect width=\x2220\
\x22 height=\x2216\x22 x=\
\x222\x22 y=\x224\x22 rx=\x222\x22\
 />\x0a</svg>\x0a\
\x00\x00\x01\xd9\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-refresh\
-cw\x22\x0a  xmlns=\x22ht\
tp://www.w3.org/\
2000/svg\x22\x0a  widt\
h=\x2224\x22\x0a  height=\
\x2224\x22\x0a  viewBox=\x22\
0 0 24 24\x22\x0a  fil\
l=\x22none\x22\x0a  strok\
e=\x22currentColor\x22\
\x0a  stroke-width=\
\x222\x22\x0a  stroke-lin\
ecap=\x22round\x22\x0a  s\
troke-linejoin=\x22\
round\x22\x0a>\x0a  <path\
 d=\x22M3 12a9 9 0 \
0 1 9-9 9.75 9.7\
5 0 0 1 6.74 2.7\
4L21 8\x22 />\x0a  <pa\
th d=\x22M21 3v5h-5\
\x22 />\x0a  <path d=\x22\
M21 12a9 9 0 0 1\
-9 9 9.75 9.75 0\
 0 1-6.74-2.74L3\
 16\x22 />\x0a  <path \
d=\x22M8 16H3v5\x22 />\
\x0a</svg>\x0a\
\x00\x00\x01\xa0\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-externa\
l-link\x22\x0a  xmlns=\
\x22http://www.w3.o\
rg/2000/svg\x22\x0a  w\
idth=\x2224\x22\x0a  heig\
ht=\x2224\x22\x0a  viewBo\
x=\x220 0 24 24\x22\x0a  \
fill=\x22none\x22\x0a  st\
roke=\x22currentCol\
or\x22\x0a  stroke-wid\
th=\x222\x22\x0a  stroke-\
linecap=\x22round\x22\x0a\
  stroke-linejoi\
n=\x22round\x22\x0a>\x0a  <p\
ath d=\x22M15 3h6v6\
\x22 />\x0a  <path d=\x22\
M10 14 21 3\x22 />\x0a\
  <path d=\x22M18 1\
3v6a2 2 0 0 1-2 \
2H5a2 2 0 0 1-2-\
2V8a2 2 0 0 1 2-\
2h6\x22 />\x0a</svg>\x0a\
\x00\x00\x02\x0a\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-buildin\
g-2\x22\x0a  xmlns=\x22ht\
tp://www.w3.org/\
2000/svg\x22\x0a  widt\
h=\x2224\x22\x0a  height=\
\x2224\x22\x0a  viewBox=\x22\
0 0 24 24\x22\x0a  fil\
l=\x22none\x22\x0a  strok\
e=\x22currentColor\x22\
\x0a  stroke-width=\
\x222\x22\x0a  stroke-lin\
ecap=\x22round\x22\x0a  s\
troke-linejoin=\x22\
round\x22\x0a>\x0a  <path\
 d=\x22M10 12h4\x22 />\
\x0a  <path d=\x22M10 \
8h4\x22 />\x0a  <path \
d=\x22M14 21v-3a2 2\
 0 0 0-4 0v3\x22 />\
\x0a  <path d=\x22M6 1\
0H4a2 2 0 0 0-2 \
2v7a2 2 0 0 0 2 \
2h16a2 2 0 0 0 2\
-2V9a2 2 0 0 0-2\
-2h-2\x22 />\x0a  <pat\
h d=\x22M6 21V5a2 2\
 0 0 1 2-2h8a2 2\
 0 0 1 2 2v16\x22 /\
>\x0a</svg>\x0a\
\x00\x00\x01\xc0\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-hash\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <line x1=\x224\
\x22 x2=\x2220\x22 y1=\x229\x22\
 y2=\x229\x22 />\x0a  <li\
ne x1=\x224\x22 x2=\x2220\
\x22 y1=\x2215\x22 y2=\x2215\
\x22 />\x0a  <line x1=\
\x2210\x22 x2=\x228\x22 y1=\x22\
3\x22 y2=\x2221\x22 />\x0a  \
<line x1=\x2216\x22 x2\
=\x2214\x22 y1=\x223\x22 y2=\
\x2221\x22 />\x0a</svg>\x0a\
\x00\x00\x02\x99\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-setting\
s\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M9.671 4.136a2\
.34 2.34 0 0 1 4\
.659 0 2.34 2.34\
 0 0 0 3.319 1.9\
15 2.34 2.34 0 0\
 1 2.33 4.033 2.\
34 2.34 0 0 0 0 \
3.831 2.34 2.34 \
0 0 1-2.33 4.033\
 2.34 2.34 0 0 0\
-3.319 1.915 2.3\
4 2.34 0 0 1-4.6\
59 0 2.34 2.34 0\
 0 0-3.32-1.915 \
2.34 2.34 0 0 1-\
2.33-4.033 2.34 \
2.34 0 0 0 0-3.8\
31A2.34 2.34 0 0\
 1 6.35 6.051a2.\
34 2.34 0 0 0 3.\
319-1.915\x22 />\x0a  \
<circle cx=\x2212\x22 \
cy=\x2212\x22 r=\x223\x22 />\
\x0a</svg>\x0a\
\x00\x00\x02\x06\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-shield-\
alert\x22\x0a  xmlns=\x22\
http://www.w3.or\
g/2000/svg\x22\x0a  wi\
dth=\x2224\x22\x0a  heigh\
t=\x2224\x22\x0a  viewBox\
=\x220 0 24 24\x22\x0a  f\
ill=\x22none\x22\x0a  str\
oke=\x22currentColo\
r\x22\x0a  stroke-widt\
h=\x222\x22\x0a  stroke-l\
inecap=\x22round\x22\x0a \
 stroke-linejoin\
=\x22round\x22\x0a>\x0a  <pa\
th d=\x22M20 13c0 5\
-3.5 7.5-7.66 8.\
95a1 1 0 0 1-.67\
-.01C7.5 20.5 4 \
18 4 13V6a1 1 0 \
0 1 1-1c2 0 4.5-\
1.2 6.24-2.72a1.\
17 1.17 0 0 1 1.\
52 0C14.51 3.81 \
17 5 19 5a1 1 0 \
0 1 1 1z\x22 />\x0a  <\
path d=\x22M12 8v4\x22\
 />\x0a  <path d=\x22M\
12 16h.01\x22 />\x0a</\
svg>\x0a\
\x00\x00\x01\xe3\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-folder-\
open\x22\x0a  xmlns=\x22h\
ttp://www.w3.org\
/2000/svg\x22\x0a  wid\
th=\x2224\x22\x0a  height\
=\x2224\x22\x0a  viewBox=\
\x220 0 24 24\x22\x0a  fi\
ll=\x22none\x22\x0a  stro\
ke=\x22currentColor\
\x22\x0a  stroke-width\
=\x222\x22\x0a  stroke-li\
necap=\x22round\x22\x0a  \
stroke-linejoin=\
\x22round\x22\x0a>\x0a  <pat\
h d=\x22m6 14 1.5-2\
.9A2 2 0 0 1 9.2\
4 10H20a2 2 0 0 \
1 1.94 2.5l-1.54\
 6a2 2 0 0 1-1.9\
5 1.5H4a2 2 0 0 \
1-2-2V5a2 2 0 0 \
1 2-2h3.9a2 2 0 \
0 1 1.69.9l.81 1\
.2a2 2 0 0 0 1.6\
7.9H18a2 2 0 0 1\
 2 2v2\x22 />\x0a</svg\
>\x0a\
\x00\x00\x01T\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-arrow-u\
p\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22m5 12 7-7 7 7\x22\
 />\x0a  <path d=\x22M\
12 19V5\x22 />\x0a</sv\
g>\x0a\
\x00\x00\x01m\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-corner-\
down-right\x22\x0a  xm\
lns=\x22http://www.\
w3.org/2000/svg\x22\
\x0a  width=\x2224\x22\x0a  \
height=\x2224\x22\x0a  vi\
ewBox=\x220 0 24 24\
\x22\x0a  fill=\x22none\x22\x0a\
  stroke=\x22curren\
tColor\x22\x0a  stroke\
-width=\x222\x22\x0a  str\
oke-linecap=\x22rou\
nd\x22\x0a  stroke-lin\
ejoin=\x22round\x22\x0a>\x0a\
  <path d=\x22m15 1\
0 5 5-5 5\x22 />\x0a  \
<path d=\x22M4 4v7a\
4 4 0 0 0 4 4h12\
\x22 />\x0a</svg>\x0a\
\x00\x00\x01\xb2\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-eye\x22\x0a  \
xmlns=\x22http://ww\
w.w3.org/2000/sv\
g\x22\x0a  width=\x2224\x22\x0a\
  height=\x2224\x22\x0a  \
viewBox=\x220 0 24 \
24\x22\x0a  fill=\x22none\
\x22\x0a  stroke=\x22curr\
entColor\x22\x0a  stro\
ke-width=\x222\x22\x0a  s\
troke-linecap=\x22r\
ound\x22\x0a  stroke-l\
inejoin=\x22round\x22\x0a\
>\x0a  <path d=\x22M2.\
062 12.348a1 1 0\
 0 1 0-.696 10.7\
5 10.75 0 0 1 19\
.876 0 1 1 0 0 1\
 0 .696 10.75 10\
.75 0 0 1-19.876\
 0\x22 />\x0a  <circle\
 cx=\x2212\x22 cy=\x2212\x22\
 r=\x223\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01g\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-ban\x22\x0a  \
xmlns=\x22http://ww\
w.w3.org/2000/sv\
g\x22\x0a  width=\x2224\x22\x0a\
  height=\x2224\x22\x0a  \
viewBox=\x220 0 24 \
24\x22\x0a  fill=\x22none\
\x22\x0a  stroke=\x22curr\
entColor\x22\x0a  stro\
ke-width=\x222\x22\x0a  s\
troke-linecap=\x22r\
ound\x22\x0a  stroke-l\
inejoin=\x22round\x22\x0a\
>\x0a  <circle cx=\x22\
12\x22 cy=\x2212\x22 r=\x221\
0\x22 />\x0a  <path d=\
\x22M4.929 4.929 19\
.07 19.071\x22 />\x0a<\
/svg>\x0a\
\x00\x00\x01\xcb\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-users\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <path d=\x22M\
16 21v-2a4 4 0 0\
 0-4-4H6a4 4 0 0\
 0-4 4v2\x22 />\x0a  <\
path d=\x22M16 3.12\
8a4 4 0 0 1 0 7.\
744\x22 />\x0a  <path \
d=\x22M22 21v-2a4 4\
 0 0 0-3-3.87\x22 /\
>\x0a  <circle cx=\x22\
9\x22 cy=\x227\x22 r=\x224\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x02*\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-file-sp\
readsheet\x22\x0a  xml\
ns=\x22http://www.w\
3.org/2000/svg\x22\x0a\
  width=\x2224\x22\x0a  h\
eight=\x2224\x22\x0a  vie\
wBox=\x220 0 24 24\x22\
\x0a  fill=\x22none\x22\x0a \
 stroke=\x22current\
Color\x22\x0a  stroke-\
width=\x222\x22\x0a  stro\
ke-linecap=\x22roun\
d\x22\x0a  stroke-line\
join=\x22round\x22\x0a>\x0a \
 <path d=\x22M6 22a\
2 2 0 0 1-2-2V4a\
2 2 0 0 1 2-2h8a\
2.4 2.4 0 0 1 1.\
704.706l3.588 3.\
588A2.4 2.4 0 0 \
1 20 8v12a2 2 0 \
0 1-2 2z\x22 />\x0a  <\
path d=\x22M14 2v5a\
1 1 0 0 0 1 1h5\x22\
 />\x0a  <path d=\x22M\
8 13h2\x22 />\x0a  <pa\
th d=\x22M14 13h2\x22 \
/>\x0a  <path d=\x22M8\
 17h2\x22 />\x0a  <pat\
h d=\x22M14 17h2\x22 /\
>\x0a</svg>\x0a\
\x00\x00\x01\x98\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-calenda\
r\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M8 2v3\x22 />\x0a  <\
path d=\x22M16 2v3\x22\
 />\x0a  <rect x=\x223\
\x22 y=\x223\x22 width=\x221\
8\x22 height=\x2218\x22 r\
x=\x222\x22 />\x0a  <path\
 d=\x22M3 9h18\x22 />\x0a\
</svg>\x0a\
\x00\x00\x01v\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-user\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22M1\
9 21v-2a4 4 0 0 \
0-4-4H9a4 4 0 0 \
0-4 4v2\x22 />\x0a  <c\
ircle cx=\x2212\x22 cy\
=\x227\x22 r=\x224\x22 />\x0a</\
svg>\x0a\
\x00\x00\x01\xd0\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-inbox\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <polyline \
points=\x2222 12 16\
 12 14 15 10 15 \
8 12 2 12\x22 />\x0a  \
<path d=\x22M5.45 5\
.11 2 12v6a2 2 0\
 0 0 2 2h16a2 2 \
0 0 0 2-2v-6l-3.\
45-6.89A2 2 0 0 \
0 16.76 4H7.24a2\
 2 0 0 0-1.79 1.\
11z\x22 />\x0a</svg>\x0a\
\x00\x00\x01\xfb\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-file-do\
wn\x22\x0a  xmlns=\x22htt\
p://www.w3.org/2\
000/svg\x22\x0a  width\
=\x2224\x22\x0a  height=\x22\
24\x22\x0a  viewBox=\x220\
 0 24 24\x22\x0a  fill\
=\x22none\x22\x0a  stroke\
=\x22currentColor\x22\x0a\
  stroke-width=\x22\
2\x22\x0a  stroke-line\
cap=\x22round\x22\x0a  st\
roke-linejoin=\x22r\
ound\x22\x0a>\x0a  <path \
d=\x22M6 22a2 2 0 0\
 1-2-2V4a2 2 0 0\
 1 2-2h8a2.4 2.4\
 0 0 1 1.704.706\
l3.588 3.588A2.4\
 2.4 0 0 1 20 8v\
12a2 2 0 0 1-2 2\
z\x22 />\x0a  <path d=\
\x22M14 2v5a1 1 0 0\
 0 1 1h5\x22 />\x0a  <\
path d=\x22M12 18v-\
6\x22 />\x0a  <path d=\
\x22m9 15 3 3 3-3\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x01\xa9\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-activit\
y\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M22 12h-2.48a2\
 2 0 0 0-1.93 1.\
46l-2.35 8.36a.2\
5.25 0 0 1-.48 0\
L9.24 2.18a.25.2\
5 0 0 0-.48 0l-2\
.35 8.36A2 2 0 0\
 1 4.49 12H2\x22 />\
\x0a</svg>\x0a\
\x00\x00\x02\x0c\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-file-te\
xt\x22\x0a  xmlns=\x22htt\
p://www.w3.org/2\
000/svg\x22\x0a  width\
=\x2224\x22\x0a  height=\x22\
24\x22\x0a  viewBox=\x220\
 0 24 24\x22\x0a  fill\
=\x22none\x22\x0a  stroke\
=\x22currentColor\x22\x0a\
  stroke-width=\x22\
2\x22\x0a  stroke-line\
cap=\x22round\x22\x0a  st\
roke-linejoin=\x22r\
ound\x22\x0a>\x0a  <path \
d=\x22M6 22a2 2 0 0\
 1-2-2V4a2 2 0 0\
 1 2-2h8a2.4 2.4\
 0 0 1 1.704.706\
l3.588 3.588A2.4\
 2.4 0 0 1 20 8v\
12a2 2 0 0 1-2 2\
z\x22 />\x0a  <path d=\
\x22M14 2v5a1 1 0 0\
 0 1 1h5\x22 />\x0a  <\
path d=\x22M10 9H8\x22\
 />\x0a  <path d=\x22M\
16 13H8\x22 />\x0a  <p\
ath d=\x22M16 17H8\x22\
 />\x0a</svg>\x0a\
\x00\x00\x01\xb2\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-link\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22M1\
0 13a5 5 0 0 0 7\
.54.54l3-3a5 5 0\
 0 0-7.07-7.07l-\
1.72 1.71\x22 />\x0a  \
<path d=\x22M14 11a\
5 5 0 0 0-7.54-.\
54l-3 3a5 5 0 0 \
0 7.07 7.07l1.71\
-1.71\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01\x82\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-undo-2\x22\
\x0a  xmlns=\x22http:/\
/www.w3.org/2000\
/svg\x22\x0a  width=\x222\
4\x22\x0a  height=\x2224\x22\
\x0a  viewBox=\x220 0 \
24 24\x22\x0a  fill=\x22n\
one\x22\x0a  stroke=\x22c\
urrentColor\x22\x0a  s\
troke-width=\x222\x22\x0a\
  stroke-linecap\
=\x22round\x22\x0a  strok\
e-linejoin=\x22roun\
d\x22\x0a>\x0a  <path d=\x22\
M9 14 4 9l5-5\x22 /\
>\x0a  <path d=\x22M4 \
9h10.5a5.5 5.5 0\
 0 1 5.5 5.5a5.5\
 5.5 0 0 1-5.5 5\
.5H11\x22 />\x0a</svg>\
\x0a\
\x00\x00\x01`\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-search\x22\
\x0a  xmlns=\x22http:/\
/www.w3.org/2000\
/svg\x22\x0a  width=\x222\
4\x22\x0a  height=\x2224\x22\
\x0a  viewBox=\x220 0 \
24 24\x22\x0a  fill=\x22n\
one\x22\x0a  stroke=\x22c\
urrentColor\x22\x0a  s\
troke-width=\x222\x22\x0a\
  stroke-linecap\
=\x22round\x22\x0a  strok\
e-linejoin=\x22roun\
d\x22\x0a>\x0a  <path d=\x22\
m21 21-4.34-4.34\
\x22 />\x0a  <circle c\
x=\x2211\x22 cy=\x2211\x22 r\
=\x228\x22 />\x0a</svg>\x0a\
\x00\x00\x01;\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-check\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <path d=\x22M\
20 6 9 17l-5-5\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x01\x9b\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-circle-\
pause\x22\x0a  xmlns=\x22\
http://www.w3.or\
g/2000/svg\x22\x0a  wi\
dth=\x2224\x22\x0a  heigh\
t=\x2224\x22\x0a  viewBox\
=\x220 0 24 24\x22\x0a  f\
ill=\x22none\x22\x0a  str\
oke=\x22currentColo\
r\x22\x0a  stroke-widt\
h=\x222\x22\x0a  stroke-l\
inecap=\x22round\x22\x0a \
 stroke-linejoin\
=\x22round\x22\x0a>\x0a  <ci\
rcle cx=\x2212\x22 cy=\
\x2212\x22 r=\x2210\x22 />\x0a \
 <line x1=\x2210\x22 x\
2=\x2210\x22 y1=\x2215\x22 y\
2=\x229\x22 />\x0a  <line\
 x1=\x2214\x22 x2=\x2214\x22\
 y1=\x2215\x22 y2=\x229\x22 \
/>\x0a</svg>\x0a\
\x00\x00\x01\xd4\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-bell\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22M1\
0.268 21a2 2 0 0\
 0 3.464 0\x22 />\x0a \
 <path d=\x22M3.262\
 15.326A1 1 0 0 \
0 4 17h16a1 1 0 \
0 0 .74-1.673C19\
.41 13.956 18 12\
.499 18 8A6 6 0 \
0 0 6 8c0 4.499-\
1.411 5.956-2.73\
8 7.326\x22 />\x0a</sv\
g>\x0a\
\x00\x00\x01\x8d\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-downloa\
d\x22\x0a  xmlns=\x22http\
://www.w3.org/20\
00/svg\x22\x0a  width=\
\x2224\x22\x0a  height=\x222\
4\x22\x0a  viewBox=\x220 \
0 24 24\x22\x0a  fill=\
\x22none\x22\x0a  stroke=\
\x22currentColor\x22\x0a \
 stroke-width=\x222\
\x22\x0a  stroke-linec\
ap=\x22round\x22\x0a  str\
oke-linejoin=\x22ro\
und\x22\x0a>\x0a  <path d\
=\x22M12 15V3\x22 />\x0a \
 <path d=\x22M21 15\
v4a2 2 0 0 1-2 2\
H5a2 2 0 0 1-2-2\
v-4\x22 />\x0a  <path \
d=\x22m7 10 5 5 5-5\
\x22 />\x0a</svg>\x0a\
\x00\x00\x014\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-minus\x22\x0a\
  xmlns=\x22http://\
www.w3.org/2000/\
svg\x22\x0a  width=\x2224\
\x22\x0a  height=\x2224\x22\x0a\
  viewBox=\x220 0 2\
4 24\x22\x0a  fill=\x22no\
ne\x22\x0a  stroke=\x22cu\
rrentColor\x22\x0a  st\
roke-width=\x222\x22\x0a \
 stroke-linecap=\
\x22round\x22\x0a  stroke\
-linejoin=\x22round\
\x22\x0a>\x0a  <path d=\x22M\
5 12h14\x22 />\x0a</sv\
g>\x0a\
\x00\x00\x01\xff\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-sliders\
-horizontal\x22\x0a  x\
mlns=\x22http://www\
.w3.org/2000/svg\
\x22\x0a  width=\x2224\x22\x0a \
 height=\x2224\x22\x0a  v\
iewBox=\x220 0 24 2\
4\x22\x0a  fill=\x22none\x22\
\x0a  stroke=\x22curre\
ntColor\x22\x0a  strok\
e-width=\x222\x22\x0a  st\
roke-linecap=\x22ro\
und\x22\x0a  stroke-li\
nejoin=\x22round\x22\x0a>\
\x0a  <path d=\x22M10 \
5H3\x22 />\x0a  <path \
d=\x22M12 19H3\x22 />\x0a\
  <path d=\x22M14 3\
v4\x22 />\x0a  <path d\
=\x22M16 17v4\x22 />\x0a \
 <path d=\x22M21 12\
h-9\x22 />\x0a  <path \
d=\x22M21 19h-5\x22 />\
\x0a  <path d=\x22M21 \
5h-7\x22 />\x0a  <path\
 d=\x22M8 10v4\x22 />\x0a\
  <path d=\x22M8 12\
H3\x22 />\x0a</svg>\x0a\
\x00\x00\x01K\
<\
!-- @license luc\
ide-static v1.62\
.0 - ISC -->\x0a<sv\
g\x0a  class=\x22lucid\
e lucide-plus\x22\x0a \
 xmlns=\x22http://w\
ww.w3.org/2000/s\
vg\x22\x0a  width=\x2224\x22\
\x0a  height=\x2224\x22\x0a \
 viewBox=\x220 0 24\
 24\x22\x0a  fill=\x22non\
e\x22\x0a  stroke=\x22cur\
rentColor\x22\x0a  str\
oke-width=\x222\x22\x0a  \
stroke-linecap=\x22\
round\x22\x0a  stroke-\
linejoin=\x22round\x22\
\x0a>\x0a  <path d=\x22M5\
 12h14\x22 />\x0a  <pa\
th d=\x22M12 5v14\x22 \
/>\x0a</svg>\x0a\
"

qt_resource_name = b"\
\x00\x07\
\x0el\xac[\
\x00g\
\x00o\x00v\x00d\x00e\x00s\x00k\
\x00\x05\
\x00o\xa6S\
\x00i\
\x00c\x00o\x00n\x00s\
\x00\x08\
\x06aTG\
\x00m\
\x00o\x00o\x00n\x00.\x00s\x00v\x00g\
\x00\x0f\
\x06s\x86\xe7\
\x00t\
\x00e\x00x\x00t\x00-\x00s\x00e\x00a\x00r\x00c\x00h\x00.\x00s\x00v\x00g\
\x00\x07\
\x09\xbaZ\x07\
\x00b\
\x00u\x00g\x00.\x00s\x00v\x00g\
\x00\x0b\
\x06FO\xa7\
\x00h\
\x00i\x00s\x00t\x00o\x00r\x00y\x00.\x00s\x00v\x00g\
\x00\x10\
\x00\xe19\xa7\
\x00c\
\x00h\x00e\x00v\x00r\x00o\x00n\x00-\x00l\x00e\x00f\x00t\x00.\x00s\x00v\x00g\
\x00\x0f\
\x0e3U'\
\x00s\
\x00c\x00r\x00o\x00l\x00l\x00-\x00t\x00e\x00x\x00t\x00.\x00s\x00v\x00g\
\x00\x11\
\x0b\x18)g\
\x00c\
\x00i\x00r\x00c\x00l\x00e\x00-\x00d\x00a\x00s\x00h\x00e\x00d\x00.\x00s\x00v\x00g\
\
\x00\x0f\
\x04\x88\x11'\
\x00p\
\x00a\x00n\x00e\x00l\x00-\x00r\x00i\x00g\x00h\x00t\x00.\x00s\x00v\x00g\
\x00\x08\
\x02\x8cT'\
\x00p\
\x00l\x00a\x00y\x00.\x00s\x00v\x00g\
\x00\x0f\
\x0e\xc4\xab\x87\
\x00l\
\x00i\x00s\x00t\x00-\x00c\x00h\x00e\x00c\x00k\x00s\x00.\x00s\x00v\x00g\
\x00\x08\
\x05\x9eT\xa7\
\x00l\
\x00o\x00c\x00k\x00.\x00s\x00v\x00g\
\x00\x0f\
\x0e#\x0e\x87\
\x00l\
\x00i\x00s\x00t\x00-\x00f\x00i\x00l\x00t\x00e\x00r\x00.\x00s\x00v\x00g\
\x00\x0c\
\x05\xc9\x15\xc7\
\x00d\
\x00a\x00t\x00a\x00b\x00a\x00s\x00e\x00.\x00s\x00v\x00g\
\x00\x0b\
\x0cB\x83\x87\
\x00g\
\x00o\x00v\x00d\x00e\x00s\x00k\x00.\x00s\x00v\x00g\
\x00\x16\
\x03\xb8V'\
\x00m\
\x00o\x00n\x00i\x00t\x00o\x00r\x00-\x00s\x00m\x00a\x00r\x00t\x00p\x00h\x00o\x00n\
\x00e\x00.\x00s\x00v\x00g\
\x00\x10\
\x0e\x17\x06\x87\
\x00c\
\x00h\x00e\x00v\x00r\x00o\x00n\x00-\x00d\x00o\x00w\x00n\x00.\x00s\x00v\x00g\
\x00\x08\
\x03\xbaT'\
\x00p\
\x00l\x00u\x00g\x00.\x00s\x00v\x00g\
\x00\x0f\
\x0e/\x88\xe7\
\x00b\
\x00a\x00d\x00g\x00e\x00-\x00c\x00h\x00e\x00c\x00k\x00.\x00s\x00v\x00g\
\x00\x0a\
\x0c\x9c\x0b'\
\x00l\
\x00a\x00y\x00e\x00r\x00s\x00.\x00s\x00v\x00g\
\x00\x0b\
\x06!\xeeG\
\x00l\
\x00o\x00g\x00-\x00o\x00u\x00t\x00.\x00s\x00v\x00g\
\x00\x0c\
\x07\x84:'\
\x00e\
\x00l\x00l\x00i\x00p\x00s\x00i\x00s\x00.\x00s\x00v\x00g\
\x00\x08\
\x04\xd2T\xc7\
\x00i\
\x00n\x00f\x00o\x00.\x00s\x00v\x00g\
\x00\x09\
\x08C\xaf\x87\
\x00s\
\x00t\x00a\x00m\x00p\x00.\x00s\x00v\x00g\
\x00\x0a\
\x0c\xcac\xe7\
\x00s\
\x00e\x00r\x00v\x00e\x00r\x00.\x00s\x00v\x00g\
\x00\x0f\
\x0cr9\xa7\
\x00s\
\x00q\x00u\x00a\x00r\x00e\x00-\x00s\x00t\x00o\x00p\x00.\x00s\x00v\x00g\
\x00\x09\
\x0c\x98\x84\x07\
\x00h\
\x00o\x00u\x00s\x00e\x00.\x00s\x00v\x00g\
\x00\x0e\
\x05W)\xa7\
\x00s\
\x00m\x00a\x00r\x00t\x00p\x00h\x00o\x00n\x00e\x00.\x00s\x00v\x00g\
\x00\x0b\
\x06\xa9+'\
\x00w\
\x00e\x00b\x00h\x00o\x00o\x00k\x00.\x00s\x00v\x00g\
\x00\x0f\
\x0b\xc0-\xe7\
\x00r\
\x00a\x00d\x00i\x00o\x00-\x00t\x00o\x00w\x00e\x00r\x00.\x00s\x00v\x00g\
\x00\x09\
\x05\x9e\x8e\xa7\
\x00c\
\x00l\x00o\x00c\x00k\x00.\x00s\x00v\x00g\
\x00\x0d\
\x00\x8d\xf3\xa7\
\x00d\
\x00o\x00o\x00r\x00-\x00o\x00p\x00e\x00n\x00.\x00s\x00v\x00g\
\x00\x0b\
\x05\x10\xaaG\
\x00e\
\x00y\x00e\x00-\x00o\x00f\x00f\x00.\x00s\x00v\x00g\
\x00\x0e\
\x01\xca6G\
\x00h\
\x00a\x00r\x00d\x00-\x00d\x00r\x00i\x00v\x00e\x00.\x00s\x00v\x00g\
\x00\x11\
\x01\x03\x93g\
\x00o\
\x00c\x00t\x00a\x00g\x00o\x00n\x00-\x00a\x00l\x00e\x00r\x00t\x00.\x00s\x00v\x00g\
\
\x00\x0c\
\x02\xf3\xf3\xa7\
\x00f\
\x00u\x00n\x00n\x00e\x00l\x00-\x00x\x00.\x00s\x00v\x00g\
\x00\x10\
\x08\xcd\xa8\xa7\
\x00c\
\x00i\x00r\x00c\x00l\x00e\x00-\x00a\x00l\x00e\x00r\x00t\x00.\x00s\x00v\x00g\
\x00\x05\
\x00{Z\xc7\
\x00x\
\x00.\x00s\x00v\x00g\
\x00\x08\
\x06|W\x87\
\x00c\
\x00o\x00p\x00y\x00.\x00s\x00v\x00g\
\x00\x09\
\x05\x88\x86\xa7\
\x00g\
\x00l\x00o\x00b\x00e\x00.\x00s\x00v\x00g\
\x00\x08\
\x07\xffT\xa7\
\x00m\
\x00a\x00i\x00l\x00.\x00s\x00v\x00g\
\x00\x0c\
\x09\xcd\xd0\xa7\
\x00u\
\x00s\x00e\x00r\x00-\x00c\x00o\x00g\x00.\x00s\x00v\x00g\
\x00\x11\
\x0e\x92xG\
\x00c\
\x00h\x00e\x00v\x00r\x00o\x00n\x00-\x00r\x00i\x00g\x00h\x00t\x00.\x00s\x00v\x00g\
\
\x00\x0f\
\x0c\xc4\xde'\
\x00f\
\x00i\x00l\x00e\x00-\x00b\x00r\x00a\x00c\x00e\x00s\x00.\x00s\x00v\x00g\
\x00\x0d\
\x02\xc5\xd3\xc7\
\x00c\
\x00o\x00l\x00u\x00m\x00n\x00s\x00-\x003\x00.\x00s\x00v\x00g\
\x00\x0d\
\x04\x8a\x93\xa7\
\x00b\
\x00o\x00o\x00k\x00-\x00o\x00p\x00e\x00n\x00.\x00s\x00v\x00g\
\x00\x0f\
\x0f\x22iG\
\x00a\
\x00r\x00r\x00o\x00w\x00-\x00r\x00i\x00g\x00h\x00t\x00.\x00s\x00v\x00g\
\x00\x18\
\x0a\xc0\xd1g\
\x00c\
\x00i\x00r\x00c\x00l\x00e\x00-\x00q\x00u\x00e\x00s\x00t\x00i\x00o\x00n\x00-\x00m\
\x00a\x00r\x00k\x00.\x00s\x00v\x00g\
\x00\x10\
\x0f\xc8\xab'\
\x00c\
\x00i\x00r\x00c\x00l\x00e\x00-\x00c\x00h\x00e\x00c\x00k\x00.\x00s\x00v\x00g\
\x00\x12\
\x06$\xcb\x87\
\x00t\
\x00r\x00i\x00a\x00n\x00g\x00l\x00e\x00-\x00a\x00l\x00e\x00r\x00t\x00.\x00s\x00v\
\x00g\
\x00\x0b\
\x08\xf1\xa8\x87\
\x00t\
\x00a\x00b\x00l\x00e\x00-\x002\x00.\x00s\x00v\x00g\
\x00\x0a\
\x04\xb2\xe2g\
\x00f\
\x00u\x00n\x00n\x00e\x00l\x00.\x00s\x00v\x00g\
\x00\x10\
\x03\xceR\xe7\
\x00s\
\x00h\x00i\x00e\x00l\x00d\x00-\x00c\x00h\x00e\x00c\x00k\x00.\x00s\x00v\x00g\
\x00\x0c\
\x05\xa2\x9e\xa7\
\x00b\
\x00o\x00o\x00k\x00m\x00a\x00r\x00k\x00.\x00s\x00v\x00g\
\x00\x0b\
\x08\x93\x92\xa7\
\x00c\
\x00o\x00m\x00m\x00a\x00n\x00d\x00.\x00s\x00v\x00g\
\x00\x0d\
\x0b\xdf\xc9\xc7\
\x00k\
\x00e\x00y\x00-\x00r\x00o\x00u\x00n\x00d\x00.\x00s\x00v\x00g\
\x00\x0c\
\x06\xbe\xa8g\
\x00k\
\x00e\x00y\x00b\x00o\x00a\x00r\x00d\x00.\x00s\x00v\x00g\
\x00\x0e\
\x04\x1b\xd7\x87\
\x00r\
\x00e\x00f\x00r\x00e\x00s\x00h\x00-\x00c\x00w\x00.\x00s\x00v\x00g\
\x00\x11\
\x0frI\xa7\
\x00e\
\x00x\x00t\x00e\x00r\x00n\x00a\x00l\x00-\x00l\x00i\x00n\x00k\x00.\x00s\x00v\x00g\
\
\x00\x0e\
\x02\x00\x10'\
\x00b\
\x00u\x00i\x00l\x00d\x00i\x00n\x00g\x00-\x002\x00.\x00s\x00v\x00g\
\x00\x08\
\x08\x9bW\x07\
\x00h\
\x00a\x00s\x00h\x00.\x00s\x00v\x00g\
\x00\x0c\
\x0b\xdf,\xc7\
\x00s\
\x00e\x00t\x00t\x00i\x00n\x00g\x00s\x00.\x00s\x00v\x00g\
\x00\x10\
\x04\xc7Ag\
\x00s\
\x00h\x00i\x00e\x00l\x00d\x00-\x00a\x00l\x00e\x00r\x00t\x00.\x00s\x00v\x00g\
\x00\x0f\
\x04\x18O\x87\
\x00f\
\x00o\x00l\x00d\x00e\x00r\x00-\x00o\x00p\x00e\x00n\x00.\x00s\x00v\x00g\
\x00\x0c\
\x09\xd0w\x87\
\x00a\
\x00r\x00r\x00o\x00w\x00-\x00u\x00p\x00.\x00s\x00v\x00g\
\x00\x15\
\x05\x07\xd6\xa7\
\x00c\
\x00o\x00r\x00n\x00e\x00r\x00-\x00d\x00o\x00w\x00n\x00-\x00r\x00i\x00g\x00h\x00t\
\x00.\x00s\x00v\x00g\
\x00\x07\
\x0c\xf8Z\x07\
\x00e\
\x00y\x00e\x00.\x00s\x00v\x00g\
\x00\x07\
\x08\x81Z\x07\
\x00b\
\x00a\x00n\x00.\x00s\x00v\x00g\
\x00\x09\
\x0c\x96\xa3\xe7\
\x00u\
\x00s\x00e\x00r\x00s\x00.\x00s\x00v\x00g\
\x00\x14\
\x0a\x096g\
\x00f\
\x00i\x00l\x00e\x00-\x00s\x00p\x00r\x00e\x00a\x00d\x00s\x00h\x00e\x00e\x00t\x00.\
\x00s\x00v\x00g\
\x00\x0c\
\x07\xb5\x02G\
\x00c\
\x00a\x00l\x00e\x00n\x00d\x00a\x00r\x00.\x00s\x00v\x00g\
\x00\x08\
\x09\xc5UG\
\x00u\
\x00s\x00e\x00r\x00.\x00s\x00v\x00g\
\x00\x09\
\x09k\xbaG\
\x00i\
\x00n\x00b\x00o\x00x\x00.\x00s\x00v\x00g\
\x00\x0d\
\x0c\xe4\x5c\x07\
\x00f\
\x00i\x00l\x00e\x00-\x00d\x00o\x00w\x00n\x00.\x00s\x00v\x00g\
\x00\x0c\
\x0cQ;g\
\x00a\
\x00c\x00t\x00i\x00v\x00i\x00t\x00y\x00.\x00s\x00v\x00g\
\x00\x0d\
\x06\xf2R'\
\x00f\
\x00i\x00l\x00e\x00-\x00t\x00e\x00x\x00t\x00.\x00s\x00v\x00g\
\x00\x08\
\x00NT\xa7\
\x00l\
\x00i\x00n\x00k\x00.\x00s\x00v\x00g\
\x00\x0a\
\x02\x0a\xd3\xa7\
\x00u\
\x00n\x00d\x00o\x00-\x002\x00.\x00s\x00v\x00g\
\x00\x0a\
\x08\x94m\xc7\
\x00s\
\x00e\x00a\x00r\x00c\x00h\x00.\x00s\x00v\x00g\
\x00\x09\
\x0b\x9e\x89\x07\
\x00c\
\x00h\x00e\x00c\x00k\x00.\x00s\x00v\x00g\
\x00\x10\
\x08\xceU\xe7\
\x00c\
\x00i\x00r\x00c\x00l\x00e\x00-\x00p\x00a\x00u\x00s\x00e\x00.\x00s\x00v\x00g\
\x00\x08\
\x0c/W\xc7\
\x00b\
\x00e\x00l\x00l\x00.\x00s\x00v\x00g\
\x00\x0c\
\x08\x1a\x90\xa7\
\x00d\
\x00o\x00w\x00n\x00l\x00o\x00a\x00d\x00.\x00s\x00v\x00g\
\x00\x09\
\x05\xc6\xb2\xc7\
\x00m\
\x00i\x00n\x00u\x00s\x00.\x00s\x00v\x00g\
\x00\x16\
\x0cE\xeeg\
\x00s\
\x00l\x00i\x00d\x00e\x00r\x00s\x00-\x00h\x00o\x00r\x00i\x00z\x00o\x00n\x00t\x00a\
\x00l\x00.\x00s\x00v\x00g\
\x00\x08\
\x03\xc6T'\
\x00p\
\x00l\x00u\x00s\x00.\x00s\x00v\x00g\
"

qt_resource_struct = b"\
\x00\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\
\x00\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02\
\x00\x00\x00\x14\x00\x02\x00\x00\x00U\x00\x00\x00\x03\
\x00\x00\x09L\x00\x00\x00\x00\x00\x01\x00\x00\x86.\
\x00\x00\x04\x80\x00\x00\x00\x00\x00\x01\x00\x00A\x18\
\x00\x00\x03\xb6\x00\x00\x00\x00\x00\x01\x00\x004\xcf\
\x00\x00\x00\x8e\x00\x00\x00\x00\x00\x01\x00\x00\x07\x96\
\x00\x00\x04\x14\x00\x00\x00\x00\x00\x01\x00\x00;,\
\x00\x00\x03\xf2\x00\x00\x00\x00\x00\x01\x00\x009\x0c\
\x00\x00\x07F\x00\x00\x00\x00\x00\x01\x00\x00gA\
\x00\x00\x09b\x00\x00\x00\x00\x00\x01\x00\x00\x87\xe4\
\x00\x00\x01$\x00\x00\x00\x00\x00\x01\x00\x00\x0e\xed\
\x00\x00\x05>\x00\x00\x00\x00\x00\x01\x00\x00M\xad\
\x00\x00\x04<\x00\x00\x00\x00\x00\x01\x00\x00=\x82\
\x00\x00\x01\xd2\x00\x00\x00\x00\x00\x01\x00\x00\x18\xc8\
\x00\x00\x02*\x00\x00\x00\x00\x00\x01\x00\x00\x1b\xed\
\x00\x00\x0aR\x00\x00\x00\x00\x00\x01\x00\x00\x94P\
\x00\x00\x06^\x00\x00\x00\x00\x00\x01\x00\x00Zo\
\x00\x00\x07\xc2\x00\x00\x00\x00\x00\x01\x00\x00o\xba\
\x00\x00\x06\xfc\x00\x00\x00\x00\x00\x01\x00\x00c\xc0\
\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01\x00\x00\x0dz\
\x00\x00\x05^\x00\x00\x00\x00\x00\x01\x00\x00O5\
\x00\x00\x06D\x00\x00\x00\x00\x00\x01\x00\x00X\xac\
\x00\x00\x07\x9c\x00\x00\x00\x00\x00\x01\x00\x00m\xb0\
\x00\x00\x02\xb8\x00\x00\x00\x00\x00\x01\x00\x00%\x07\
\x00\x00\x08\x04\x00\x00\x00\x00\x00\x01\x00\x00r\xf9\
\x00\x00\x03\xd6\x00\x00\x00\x00\x00\x01\x00\x006\xc2\
\x00\x00\x03<\x00\x00\x00\x00\x00\x01\x00\x00-\xb1\
\x00\x00\x04\xa6\x00\x00\x00\x00\x00\x01\x00\x00D\x0a\
\x00\x00\x01^\x00\x00\x00\x00\x00\x01\x00\x00\x12\x14\
\x00\x00\x03\x9e\x00\x00\x00\x00\x00\x01\x00\x003p\
\x00\x00\x06\x84\x00\x00\x00\x00\x00\x01\x00\x00\x5ce\
\x00\x00\x0a\x08\x00\x00\x00\x00\x00\x01\x00\x00\x91\x15\
\x00\x00\x01\x98\x00\x00\x00\x00\x00\x01\x00\x00\x15\x04\
\x00\x00\x02~\x00\x00\x00\x00\x00\x01\x00\x00!\xed\
\x00\x00\x05\xfe\x00\x00\x00\x00\x00\x01\x00\x00Uu\
\x00\x00\x00r\x00\x00\x00\x00\x00\x01\x00\x00\x06\x00\
\x00\x00\x00$\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\
\x00\x00\x00:\x00\x00\x00\x00\x00\x01\x00\x00\x01\x9d\
\x00\x00\x04\x90\x00\x00\x00\x00\x00\x01\x00\x00Bh\
\x00\x00\x03^\x00\x00\x00\x00\x00\x01\x00\x00/,\
\x00\x00\x06\xde\x00\x00\x00\x00\x00\x01\x00\x00a\xa0\
\x00\x00\x09,\x00\x00\x00\x00\x00\x01\x00\x00\x84\x1e\
\x00\x00\x02\x9a\x00\x00\x00\x00\x00\x01\x00\x00#|\
\x00\x00\x08\xa2\x00\x00\x00\x00\x00\x01\x00\x00{\x88\
\x00\x00\x04\xbe\x00\x00\x00\x00\x00\x01\x00\x00E\xa5\
\x00\x00\x09\xea\x00\x00\x00\x00\x00\x01\x00\x00\x8f\x84\
\x00\x00\x02\xce\x00\x00\x00\x00\x00\x01\x00\x00&|\
\x00\x00\x08H\x00\x00\x00\x00\x00\x01\x00\x00v \
\x00\x00\x06\xa2\x00\x00\x00\x00\x00\x01\x00\x00^\x0e\
\x00\x00\x09|\x00\x00\x00\x00\x00\x01\x00\x00\x89j\
\x00\x00\x07h\x00\x00\x00\x00\x00\x01\x00\x00iO\
\x00\x00\x04Z\x00\x00\x00\x00\x00\x01\x00\x00?u\
\x00\x00\x09\xae\x00\x00\x00\x00\x00\x01\x00\x00\x8c\x0d\
\x00\x00\x06(\x00\x00\x00\x00\x00\x01\x00\x00W'\
\x00\x00\x08\xd6\x00\x00\x00\x00\x00\x01\x00\x00~\x9e\
\x00\x00\x00^\x00\x00\x00\x00\x00\x01\x00\x00\x03K\
\x00\x00\x08\xc0\x00\x00\x00\x00\x00\x01\x00\x00}$\
\x00\x00\x04\xd4\x00\x00\x00\x00\x00\x01\x00\x00G0\
\x00\x00\x07\xe6\x00\x00\x00\x00\x00\x01\x00\x00q\xa1\
\x00\x00\x08t\x00\x00\x00\x00\x00\x01\x00\x00yZ\
\x00\x00\x05\xa2\x00\x00\x00\x00\x00\x01\x00\x00Rg\
\x00\x00\x00\xd8\x00\x00\x00\x00\x00\x01\x00\x00\x0a\xd4\
\x00\x00\x09\x96\x00\x00\x00\x00\x00\x01\x00\x00\x8a\xce\
\x00\x00\x03z\x00\x00\x00\x00\x00\x01\x00\x0015\
\x00\x00\x07~\x00\x00\x00\x00\x00\x01\x00\x00k\x13\
\x00\x00\x06\xbe\x00\x00\x00\x00\x00\x01\x00\x00_\x87\
\x00\x00\x09\xd4\x00\x00\x00\x00\x00\x01\x00\x00\x8d\xac\
\x00\x00\x01\xb6\x00\x00\x00\x00\x00\x01\x00\x00\x16\xa0\
\x00\x00\x0a \x00\x00\x00\x00\x00\x01\x00\x00\x92M\
\x00\x00\x09\x0e\x00\x00\x00\x00\x00\x01\x00\x00\x82q\
\x00\x00\x03\x00\x00\x00\x00\x00\x00\x01\x00\x00*T\
\x00\x00\x08\x5c\x00\x00\x00\x00\x00\x01\x00\x00w\x8b\
\x00\x00\x03$\x00\x00\x00\x00\x00\x01\x00\x00+\xe2\
\x00\x00\x02d\x00\x00\x00\x00\x00\x01\x00\x00\x1f\x9e\
\x00\x00\x05\x1a\x00\x00\x00\x00\x00\x01\x00\x00K<\
\x00\x00\x02\xe6\x00\x00\x00\x00\x00\x01\x00\x00(f\
\x00\x00\x08\xee\x00\x00\x00\x00\x00\x01\x00\x00\x80r\
\x00\x00\x084\x00\x00\x00\x00\x00\x01\x00\x00tj\
\x00\x00\x02\x04\x00\x00\x00\x00\x00\x01\x00\x00\x1a\xaa\
\x00\x00\x01t\x00\x00\x00\x00\x00\x01\x00\x00\x13\x98\
\x00\x00\x02@\x00\x00\x00\x00\x00\x01\x00\x00\x1d\xa7\
\x00\x00\x00\xb4\x00\x00\x00\x00\x00\x01\x00\x00\x08\xdb\
\x00\x00\x04\xf2\x00\x00\x00\x00\x00\x01\x00\x00I\xf7\
\x00\x00\x01:\x00\x00\x00\x00\x00\x01\x00\x00\x10n\
\x00\x00\x05~\x00\x00\x00\x00\x00\x01\x00\x00Q\x0c\
\x00\x00\x07\x1e\x00\x00\x00\x00\x00\x01\x00\x00e\x9d\
\x00\x00\x05\xd8\x00\x00\x00\x00\x00\x01\x00\x00T\x08\
"

def qInitResources():
    QtCore.qRegisterResourceData(0x01, qt_resource_struct, qt_resource_name, qt_resource_data)

def qCleanupResources():
    QtCore.qUnregisterResourceData(0x01, qt_resource_struct, qt_resource_name, qt_resource_data)

qInitResources()
