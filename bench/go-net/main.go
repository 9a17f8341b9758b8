// The Go standard library as an echo server of frames: 4 bytes of length, big-endian, and a body.
//
//	go-net [-mux]
//
// Without -mux a goroutine per connection reads a whole request, makes a response with a buffer of its own, and writes it. With -mux a
// goroutine per connection reads, another one per request answers, and a third per connection writes what is ready, merged: then a request
// that takes long does not hold up the others of its connection, and answers come in any order. Prints where it listens.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
)

const (
	headerBytes  = 4
	maxBodyBytes = 16 << 20
	// Big enough that a multiplexed connection's requests or answers take few system calls; arbitrary.
	muxBufferBytes  = 64 << 10
	poolBufferBytes = 4 << 10
	// Answers that may wait for the writer; arbitrary.
	queuedAnswers = 256
)

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// rent returns a pooled slice of a length.
func rent(length int) *[]byte {
	buffer := buffers.Get().(*[]byte)
	if cap(*buffer) < length {
		*buffer = make([]byte, length)
	}
	*buffer = (*buffer)[:length]
	return buffer
}

// readFrame returns the next frame, header included, in a pooled slice.
func readFrame(reader *bufio.Reader) (*[]byte, error) {
	header, err := reader.Peek(headerBytes)
	if err != nil {
		return nil, err
	}
	body := binary.BigEndian.Uint32(header)
	if body > maxBodyBytes {
		return nil, fmt.Errorf("a frame of %d bytes is over the limit", body)
	}
	frame := rent(headerBytes + int(body))
	_, err = io.ReadFull(reader, *frame)
	return frame, err
}

// answer returns a response to a request, which is not the request's buffer.
func answer(request *[]byte) *[]byte {
	response := rent(len(*request))
	copy(*response, *request)
	buffers.Put(request)
	return response
}

func servePool(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, poolBufferBytes)
	for {
		request, err := readFrame(reader)
		if err != nil {
			return
		}
		response := answer(request)
		_, err = connection.Write(*response)
		buffers.Put(response)
		if err != nil {
			return
		}
	}
}

func serveMux(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, muxBufferBytes)
	answers := make(chan *[]byte, queuedAnswers)
	var underWay sync.WaitGroup
	go writeAnswers(connection, answers)
	for {
		request, err := readFrame(reader)
		if err != nil {
			break
		}
		underWay.Add(1)
		go func() {
			answers <- answer(request)
			underWay.Done()
		}()
	}
	underWay.Wait()
	close(answers)
}

// writeAnswers merges what is ready into one write.
func writeAnswers(connection net.Conn, answers <-chan *[]byte) {
	writer := bufio.NewWriterSize(connection, muxBufferBytes)
	for response := range answers {
		// After an error the writer takes nothing more; the reader ends the connection.
		writer.Write(*response)
		buffers.Put(response)
		if len(answers) == 0 {
			writer.Flush()
		}
	}
}

func main() {
	isMux := flag.Bool("mux", false, "a goroutine per request")
	flag.Parse()
	serve := servePool
	if *isMux {
		serve = serveMux
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on tcp://%s\n", listener.Addr())
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection)
	}
}
