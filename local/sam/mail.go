package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"time"

	"sallyport/local/parts"
)

// startMail runs the local SES where Node is there. It listens on 127.0.0.1
// alone, so a small proxy on the container bridge lets the functions reach it.
func (s *stack) startMail(ctx context.Context) error {
	process, err := parts.SES{Local: "local", Log: filepath.Join(s.dir, "ses.log")}.Start(ctx)
	var missing *parts.MissingError
	if errors.As(err, &missing) {
		fmt.Printf("no mail: %v\n", missing)
		return nil
	}
	if err != nil {
		return err
	}
	s.stops = append(s.stops, process.Stop)
	s.inbox = process.URL
	target, err := url.Parse(process.URL)
	if err != nil {
		return err
	}
	host, ok := bridge()
	if !ok {
		return nil // Docker Desktop: its containers reach 127.0.0.1 without help
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, target.Port()))
	if err != nil {
		return fmt.Errorf("the containers cannot be given a way to the local SES: %w", err)
	}
	proxy := &http.Server{Handler: httputil.NewSingleHostReverseProxy(target), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = proxy.Serve(listener) }()
	s.stops = append(s.stops, func() { _ = proxy.Close() })
	return nil
}

// bridge is the address of this machine on Docker's bridge, where containers
// find it as host.docker.internal; not ok where there is no such bridge.
func bridge() (host string, ok bool) {
	link, err := net.InterfaceByName("docker0")
	if err != nil {
		return "", false
	}
	addresses, err := link.Addrs()
	if err != nil {
		return "", false
	}
	for _, address := range addresses {
		if network, isIP := address.(*net.IPNet); isIP && network.IP.To4() != nil {
			return network.IP.String(), true
		}
	}
	return "", false
}
