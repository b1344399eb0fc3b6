-- Loops that LuaJIT compiles: numbers, tables, strings, closures, calls; and what makes it leave its traces again.
local function sieve(n)
    local composite, count = {}, 0
    for i = 2, n do
        if not composite[i] then
            count = count + 1
            for j = i * i, n, i do composite[j] = true end
        end
    end
    return count
end
local function mandelbrot(n)
    local inside = 0
    for y = 0, n - 1 do
        for x = 0, n - 1 do
            local cr, ci, zr, zi, i = 2.5 * x / n - 2, 2 * y / n - 1, 0, 0, 0
            while i < 50 and zr * zr + zi * zi < 4 do zr, zi, i = zr * zr - zi * zi + cr, 2 * zr * zi + ci, i + 1 end
            if i == 50 then inside = inside + 1 end
        end
    end
    return inside
end
local function hash(text)
    local h = 5381
    for i = 1, #text do h = (h * 33 + text:byte(i)) % 4294967296 end
    return h
end
local function words(n)
    local list, seen = {}, {}
    for i = 1, n do
        local w = string.format("w%d_%s", i * 7919 % 1009, ("xyz"):sub(i % 3 + 1, i % 3 + 1))
        seen[w] = (seen[w] or 0) + 1
        list[#list + 1] = w
    end
    table.sort(list)
    local distinct = 0
    for _ in pairs(seen) do distinct = distinct + 1 end
    return distinct, hash(table.concat(list, " "):gsub("w1", "V"))
end
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local function mixed(n)
    local s = 0
    for i = 1, n do
        local x = i % 7 == 0 and "3" or i          -- a type that changes: side exits
        s = s + x * 2
        if i % 1000 == 0 then s = s + math.floor(math.sqrt(s)) end
    end
    return s
end
local bit = require "bit"
local function bits(n)
    local a = 1
    for i = 1, n do a = bit.bxor(bit.rol(a, 5), i) end
    return a
end
print(sieve(300000), mandelbrot(120), fib(25))
print(words(20000))
print(mixed(300000), bits(1000000))
print(pcall(function() local t for i = 1, 200 do if i == 150 then t.x = 1 end end end))
local co = coroutine.wrap(function() for i = 1, 1e5 do coroutine.yield(i) end end)
local sum = 0
for i = 1, 1e5 do sum = sum + co() end
print(sum, (jit.status()))
