# The program overflows its stack in the end: 139. Arguments by the thousand, by a #! line, by another name.
{ $RUN $PROGRAMS/selfview-static-O0; echo $?; } 2>/dev/null
$RUN $PROGRAMS/selfview-static-O0 $(seq 1 60000); echo $?
printf '#!%s -with "one argument" \n' $PROGRAMS/selfview-static-O0 >script
chmod +x script
$RUN ./script behind; echo $?
ln -s $PROGRAMS/selfview-static-O0 renamed
$RUN ./renamed ''; echo $?
rm script renamed
