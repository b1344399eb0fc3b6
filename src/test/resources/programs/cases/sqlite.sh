cat > in.sql <<'S'
create table t(id integer primary key, name text, value real);
create table u(id integer, tag text);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) insert into t select i, 'name' || (i * 7919 % 10007), i * 0.25 from n;
insert into u select id, case id % 3 when 0 then 'red' when 1 then 'green' else 'blue' end from t where id % 10 = 0;
commit;
create index t_name on t(name);
select count(*), sum(value), min(name), max(name) from t;
select tag, count(*), avg(value) from t join u using (id) group by tag order by tag;
select name, count(*) c from t group by name having c > 9 order by c desc, name limit 5;
select round(3.14159, 2), upper('abc'), length('xyz'), 1e10 / 3, 7 / 2, 7 % 3, hex(x'0aff'), date('2024-02-28', '+2 days');
explain query plan select * from t where name = 'name5';
S
$RUN /usr/bin/sqlite3 test.db < in.sql; echo $?; rm -f test.db
