// Package api calls Sallyport over HTTP as a platform or a person does. The
// demo data and the acceptance tests are made with it.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Client calls one Sallyport with one credential.
type Client struct {
	URL string
	// Bearer is an API key or a person's token; "" sends none.
	Bearer string
	// HTTP is the client to use; nil is http.DefaultClient.
	HTTP *http.Client
}

// With returns a client of the same Sallyport with another credential.
func (c Client) With(bearer string) Client {
	c.Bearer = bearer
	return c
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Text returns a string member of a JSON answer, following names into
// objects; "" when it is not there.
func (a Answer) Text(names ...string) string {
	text, _ := a.Value(names...).(string)
	return text
}

// Value returns a member of a JSON answer, following names into objects; nil
// when it is not there.
func (a Answer) Value(names ...string) any {
	var value any
	if json.Unmarshal(a.Body, &value) != nil {
		return nil
	}
	for _, name := range names {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// Header is one header of a request.
type Header struct{ Name, Value string }

// Actor names whom a platform acts for, with the time of his last password
// check.
func Actor(user string, authenticated time.Time) []Header {
	return []Header{
		{"Sallyport-Actor", user},
		{"Sallyport-Actor-Authenticated-At", authenticated.UTC().Format(time.RFC3339)},
	}
}

// Do sends a request. body is sent as JSON; nil sends none, []byte goes as it
// is. An error means that no answer came; a refusal is an Answer.
func (c Client) Do(ctx context.Context, method, path string, body any, headers ...Header) (Answer, error) {
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		content = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return Answer{}, err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, content)
	if err != nil {
		return Answer{}, err
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.Bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.Bearer)
	}
	for _, h := range headers {
		req.Header.Set(h.Name, h.Value)
	}
	return c.send(req)
}

func (c Client) send(req *http.Request) (Answer, error) {
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return Answer{resp.StatusCode, resp.Header, text}, err
}

// RefusedError says that a call was answered with a status that the caller
// did not expect.
type RefusedError struct {
	Call   string
	Status int
	Code   string
	Detail string
}

// Error implements error. It holds the problem's words and nothing that was
// sent.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s was answered with %d %s %s", e.Call, e.Status, e.Code, e.Detail)
}

// Must is Do for callers who need a 2xx: anything else is a *RefusedError.
func (c Client) Must(ctx context.Context, method, path string, body any, headers ...Header) (Answer, error) {
	a, err := c.Do(ctx, method, path, body, headers...)
	if err == nil && a.Status/100 != 2 {
		err = &RefusedError{method + " " + path, a.Status, a.Text("code"), a.Text("detail")}
	}
	return a, err
}
