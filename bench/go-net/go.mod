module netpoll.bench/go-net

go 1.18
