package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
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
	listener, err := net.Listen("tcp", net.JoinHostPort(bridge(ctx), target.Port()))
	if err != nil {
		// Where the bridge is not this machine's own, as in Docker Desktop,
		// containers reach 127.0.0.1 without help.
		return nil
	}
	proxy := &http.Server{Handler: httputil.NewSingleHostReverseProxy(target), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = proxy.Serve(listener) }()
	s.stops = append(s.stops, func() { _ = proxy.Close() })
	return nil
}

// bridge is the address under which containers see this machine.
func bridge(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "docker", "network", "inspect", "bridge",
		"--format", "{{range .IPAM.Config}}{{.Gateway}}{{end}}").Output()
	if err != nil {
		return "192.0.2.1" // nobody's: the listener fails and containers go without a proxy
	}
	return strings.TrimSpace(string(out))
}
