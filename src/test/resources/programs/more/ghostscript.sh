cat > a.ps <<'P'
%!
/fact { dup 1 le { pop 1 } { dup 1 sub fact mul } ifelse } def 10 fact = 1 1 5 { dup mul = } for (abc) (b) search { pop pop pop (found) = } if 2 sqrt = 3.7 cvi = [3 1 2] { = } forall
/Helvetica findfont 12 scalefont setfont 10 10 moveto (Hi) show 5 setlinewidth 20 20 moveto 40 40 lineto stroke showpage
P
$RUN /usr/bin/gs -q -dBATCH -dNOPAUSE -dSAFER -sDEVICE=pgmraw -r20 -g60x60 -sOutputFile=a.pgm a.ps; echo $?
