package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/local/gateway"
	"sallyport/local/story"
)

// invoke gives one event to "sam local invoke" and compares its answer with
// the one beside it. It needs a stack that is being served; the values that
// placeholders stand for are kept there from one call to the next.
func invoke(ctx context.Context, file string) error {
	s := &stack{dir: filepath.Join(stateDir, "sam")}
	s.envFile = filepath.Join(s.dir, "env.json")
	text, err := os.ReadFile(s.valuesFile())
	if err != nil {
		return errors.New("no stack is being served: start one with make sam")
	}
	values := story.Values{}
	if err := json.Unmarshal(text, &values); err != nil {
		return fmt.Errorf("%s: %w", s.valuesFile(), err)
	}
	steps, err := story.Load(filepath.Dir(file))
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(file), ".json")
	for _, step := range steps {
		if step.Name != name {
			continue
		}
		if err := step.Tell(s.invoke(ctx), values); err != nil {
			return err
		}
		fmt.Println("ok", name)
		return s.keepValues(values)
	}
	return fmt.Errorf("%s is no event", file)
}

// invoke carries an event to the function of its route.
func (s *stack) invoke(ctx context.Context) story.Carrier {
	return func(event events.APIGatewayV2HTTPRequest) (story.Answer, error) {
		function, err := functionOf(event.RouteKey)
		if err != nil {
			return story.Answer{}, err
		}
		payload, err := json.Marshal(event)
		if err != nil {
			return story.Answer{}, err
		}
		cmd := cli(ctx, s.envFile, "local", "invoke", function, "-e", "-")
		cmd.Stdin = bytes.NewReader(payload)
		out, err := cmd.Output()
		if err != nil {
			return story.Answer{}, fmt.Errorf("sam local invoke %s: %w", function, err)
		}
		var response events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(bytes.TrimSpace(out), &response); err != nil {
			return story.Answer{}, fmt.Errorf("%s answered with something else", function)
		}
		header := http.Header{}
		for name, value := range response.Headers {
			header.Set(name, value)
		}
		fmt.Printf("%d %s\n", response.StatusCode, response.Body)
		return story.Answer{Status: response.StatusCode, Header: header, Body: []byte(response.Body)}, nil
	}
}

// functionOf finds the resource that answers a route.
func functionOf(route string) (string, error) {
	template, err := gateway.ReadTemplate("template.yaml")
	if err != nil {
		return "", err
	}
	for _, r := range template.Routes() {
		if r.Key() == route {
			return strings.ToUpper(r.Function[:1]) + r.Function[1:] + "Function", nil
		}
	}
	return "", fmt.Errorf("no route %q", route)
}
