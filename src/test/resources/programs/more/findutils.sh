mkdir -p d/e/f d/g; for n in 1 2 3 10 20; do seq 1 $((n * 300)) > d/e/n$n; done; ln -s e d/link; touch -d 2001-01-01 d/g/old; chmod 600 d/e/n2
$RUN /usr/bin/find d -type f -size +2k -printf '%P %s %m\n' | sort; $RUN /usr/bin/find d -newer d/g/old -name 'n?' -o -type l | sort; $RUN /usr/bin/find d -depth -type d | sort; $RUN /usr/bin/find d -empty -delete; $RUN /usr/bin/find nothing; echo $?
