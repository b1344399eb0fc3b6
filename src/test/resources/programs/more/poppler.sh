cat > a.pdf <<'P'
%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>> endobj
4 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
5 0 obj <</Length 79>> stream
BT /F 18 Tf 10 50 Td (Hello, patina) Tj 0 -22 Td (second line: 42) Tj ET     
endstream endobj
trailer <</Root 1 0 R>>
P
$RUN /usr/bin/pdftotext a.pdf - 2>/dev/null; $RUN /usr/bin/pdfinfo a.pdf 2>/dev/null | grep -v File; $RUN /usr/bin/pdftotext missing.pdf; echo $?
