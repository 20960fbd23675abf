package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/local/parts"
	"sallyport/local/story"
	"sallyport/shared/twofactor"
)

// smoke tells the story once, through a gateway of its own.
func smoke(ctx context.Context) error {
	port, err := parts.FreePort()
	if err != nil {
		return err
	}
	steps, err := story.Load("events")
	if err != nil {
		return err
	}
	s, err := startStack(ctx, stateDir+"/sam-smoke", port)
	if err != nil {
		return err
	}
	defer s.stop()
	values := s.values()
	for _, step := range steps {
		if err := step.Tell(s.carry(ctx), values); err != nil {
			return err
		}
		fmt.Println("ok", step.Name)
	}
	if err := s.awaitMail(ctx, string(twofactor.MailEnrolled)); err != nil {
		return err
	}
	fmt.Printf("sam local: %d requests answered as events/ says, and the mail came\n", len(steps))
	return nil
}

// awaitMail waits until the inbox has a mail of a kind: then the stream, notify
// and the mail service work together.
func (s *stack) awaitMail(ctx context.Context, kind string) error {
	if s.inbox == "" {
		return errors.New("there is no mail service: Node is missing")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.inbox+"/store", nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return fmt.Errorf("no mail of kind %s came: %w", kind, err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			return err
		}
		if strings.Contains(string(text), `"`+kind+`"`) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no mail of kind %s came", kind)
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// carry sends an event as the HTTP request that it stands for.
func (s *stack) carry(ctx context.Context) story.Carrier {
	return func(event events.APIGatewayV2HTTPRequest) (story.Answer, error) {
		target := s.url + event.RawPath
		if event.RawQueryString != "" {
			target += "?" + event.RawQueryString
		}
		request, err := http.NewRequestWithContext(ctx, event.RequestContext.HTTP.Method, target, strings.NewReader(event.Body))
		if err != nil {
			return story.Answer{}, err
		}
		for name, value := range event.Headers {
			if name != "host" {
				request.Header.Set(name, value)
			}
		}
		response, err := client.Do(request)
		if err != nil {
			return story.Answer{}, err
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		return story.Answer{Status: response.StatusCode, Header: response.Header, Body: body}, err
	}
}
