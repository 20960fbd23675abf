package story

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Answer is what came back for a request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Carrier brings a request to the service.
type Carrier func(events.APIGatewayV2HTTPRequest) (Answer, error)

// Tell sends one step and checks its answer. What later steps need is kept in
// values.
func (s Step) Tell(carry Carrier, values Values) error {
	request, err := s.Request(values)
	if err != nil {
		return err
	}
	answer, err := carry(request)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	if err := s.check(answer, values); err != nil {
		return fmt.Errorf("%s: %w (%d %s)", s.Name, err, answer.Status, problem(answer.Body))
	}
	return nil
}

// problem cuts an answer's body down to what names a problem, so that no
// token reaches a log.
func problem(body []byte) string {
	var p struct {
		Code   string `json:"code"`
		Detail string `json:"detail"`
		Errors []struct {
			Pointer string `json:"pointer"`
			Detail  string `json:"detail"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &p) != nil || p.Code == "" {
		return "without a problem"
	}
	return fmt.Sprintf("%s: %s %v", p.Code, p.Detail, p.Errors)
}

func (s Step) check(answer Answer, values Values) error {
	if answer.Status != s.Expect.Status {
		return fmt.Errorf("status %d, want %d", answer.Status, s.Expect.Status)
	}
	for name, header := range s.Expect.KeepHeaders {
		if values[name] = strings.ReplaceAll(answer.Header.Get(header), `"`, `\"`); values[name] == "" {
			return fmt.Errorf("header %s is missing", header)
		}
	}
	if s.Expect.Body == nil && len(s.Expect.Keep) == 0 {
		return nil
	}
	var body any
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		return fmt.Errorf("the body is no JSON")
	}
	if err := within(body, s.Expect.Body, "", values); err != nil {
		return err
	}
	for name, pointer := range s.Expect.Keep {
		value, ok := lookUp(body, pointer).(string)
		if !ok {
			return fmt.Errorf("%s is missing", pointer)
		}
		values[name] = value
	}
	return nil
}

// within reports where got lacks what want asks for. Its words never repeat a
// value that was got.
func within(got, want any, pointer string, values Values) error {
	switch want := want.(type) {
	case map[string]any:
		members, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", pointer)
		}
		for name, value := range want {
			if err := within(members[name], value, pointer+"/"+name, values); err != nil {
				return err
			}
		}
		return nil
	case []any:
		entries, ok := got.([]any)
		if !ok || len(entries) != len(want) {
			return fmt.Errorf("%s is no list of %d", pointer, len(want))
		}
		for i, value := range want {
			if err := within(entries[i], value, pointer+"/"+strconv.Itoa(i), values); err != nil {
				return err
			}
		}
		return nil
	case string:
		if want == "<any>" && got != nil && got != "" {
			return nil
		}
		filled, err := values.fill(want)
		if err != nil || got != filled {
			return fmt.Errorf("%s is not %q", pointer, want)
		}
		return nil
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("%s is not %v", pointer, want)
	}
	return nil
}

// lookUp follows a JSON pointer; nil where it leads nowhere.
func lookUp(v any, pointer string) any {
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		switch inner := v.(type) {
		case map[string]any:
			v = inner[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(inner) {
				return nil
			}
			v = inner[i]
		default:
			return nil
		}
	}
	return v
}
