package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"sallyport/local/state"
	"sallyport/local/story"
)

// stateDir holds what other programs read: the file env.
const stateDir = "local/.state"

// serve runs the stack until ctx ends.
func serve(ctx context.Context) error {
	port, err := wantedPort()
	if err != nil {
		return err
	}
	dir, err := state.Open(stateDir)
	if err != nil {
		return err
	}
	s, err := startStack(ctx, filepath.Join(stateDir, "sam"), port)
	if err != nil {
		return err
	}
	defer s.stop()
	pairs := []string{"SALLYPORT_URL", s.url, "SALLYPORT_API_KEY", s.apiKey, "DYNAMODB_URL", s.dynamo, "TABLE_NAME", table}
	if s.inbox != "" {
		pairs = append(pairs, "INBOX_URL", s.inbox)
	}
	if err := dir.WriteEnv(pairs...); err != nil {
		return err
	}
	if err := s.keepValues(s.values()); err != nil {
		return err
	}
	fmt.Printf("Sallyport under the SAM CLI: %s\nsettings for your shell:     . %s/env\nlogs:                        %s\n", s.url, stateDir, s.dir)
	<-ctx.Done()
	return nil
}

// wantedPort is PORT, or 3000. A port that is taken is told before anything is
// started.
func wantedPort() (int, error) {
	port := 3000
	if text := os.Getenv("PORT"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, fmt.Errorf("PORT is no number: %q", text)
		}
		port = n
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return 0, fmt.Errorf("port %d is taken; stop what runs there, or choose another with PORT", port)
	}
	return port, listener.Close()
}

// values are what the story begins with.
func (s *stack) values() story.Values {
	return story.Values{"api_key": s.apiKey, "audience": audience, "tenant": "acme"}
}

// valuesFile keeps the values between calls of invoke.
func (s *stack) valuesFile() string { return filepath.Join(s.dir, "values.json") }

func (s *stack) keepValues(values story.Values) error {
	text, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.valuesFile(), text, 0o600)
}
