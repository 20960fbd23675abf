package story

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Step is one request of the story with its expected answer.
type Step struct {
	// Name is the file's name without its ending.
	Name   string
	event  []byte
	Expect Expect
}

// Expect is the answer that lies beside an event.
type Expect struct {
	Status int `json:"status"`
	// Body is what the answer's body must hold: of an object the members that
	// are named here, of a list all of its entries. "<any>" is any value but
	// null, and nothing for a string.
	Body any `json:"body,omitempty"`
	// Keep names values of the body for later steps, by JSON pointer;
	// KeepHeaders does so for headers.
	Keep        map[string]string `json:"keep,omitempty"`
	KeepHeaders map[string]string `json:"keep_headers,omitempty"`
}

// expectSuffix ends the name of an expected answer.
const expectSuffix = ".expect.json"

// Load reads the story in a folder, in the order of its numbers.
func Load(dir string) ([]Step, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	var steps []Step
	for _, file := range files {
		if strings.HasSuffix(file, expectSuffix) {
			continue
		}
		step, err := load(strings.TrimSuffix(file, ".json"))
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("no events in %s", dir)
	}
	return steps, nil
}

func load(base string) (Step, error) {
	step := Step{Name: filepath.Base(base)}
	event, err := os.ReadFile(base + ".json")
	if err != nil {
		return step, err
	}
	step.event = event
	expected, err := os.ReadFile(base + expectSuffix)
	if err != nil {
		return step, err
	}
	if err := json.Unmarshal(expected, &step.Expect); err != nil {
		return step, fmt.Errorf("%s%s: %w", base, expectSuffix, err)
	}
	return step, nil
}

// Request is the step's event with its placeholders filled.
func (s Step) Request(values Values) (events.APIGatewayV2HTTPRequest, error) {
	var request events.APIGatewayV2HTTPRequest
	text, err := values.fill(string(s.event))
	if err != nil {
		return request, fmt.Errorf("%s: %w", s.Name, err)
	}
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		return request, fmt.Errorf("%s: %w", s.Name, err)
	}
	return request, nil
}

// Route is the step's route: "POST /v1/verify".
func (s Step) Route() (string, error) {
	var event struct {
		RouteKey string `json:"routeKey"`
	}
	err := json.Unmarshal(s.event, &event)
	return event.RouteKey, err
}
