sqlite3 test.db "create table t(id integer primary key, name text, value real); with recursive n(i) as (select 1 union all select i + 1 from n where i < 500000) insert into t select i, 'name' || (i * 7919 % 10007), i * 0.25 from n;"
cat > in.sql <<'Q'
select count(*), sum(value), avg(id) from t;
insert into t select id + 500000, name, -value from t where id between 1000 and 3000;
create table u as select name, count(*) c from t where id > 480000 group by name; select count(*), max(c) from u;
select count(*) from u join t on t.id = u.c; delete from t where id between 100 and 5000; select count(*), total(value) from t;
Q
$RUN /usr/bin/sqlite3 test.db < in.sql; echo $?; rm -f test.db
