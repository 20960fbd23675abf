package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/local/parts"
	"sallyport/local/story"
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
	fmt.Printf("sam local: %d requests answered as events/ says\n", len(steps))
	return nil
}

// carry sends an event as the HTTP request that it stands for.
func (s *stack) carry(ctx context.Context) story.Carrier {
	return func(event events.APIGatewayV2HTTPRequest) (story.Answer, error) {
		request, err := http.NewRequestWithContext(ctx, event.RequestContext.HTTP.Method, s.url+event.RawPath, strings.NewReader(event.Body))
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
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		return story.Answer{Status: response.StatusCode, Header: response.Header, Body: body}, err
	}
}
