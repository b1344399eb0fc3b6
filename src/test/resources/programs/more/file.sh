seq 1 10 > text; gzip -nc text > gz; printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\020\0\0\0\020\010\2\0\0\0' > png; ln -s nowhere link; mkdir dir; printf '#!/bin/sh\necho\n' > script; : > empty
$RUN /usr/bin/file text gz png link dir script empty missing; $RUN /usr/bin/file -i text gz png script; $RUN /usr/bin/file -b -L /bin/true | cut -d, -f1,2
