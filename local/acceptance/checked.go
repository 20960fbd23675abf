package acceptance

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"sallyport/local/clock"
	"sallyport/local/conform"
)

// description is openapi.yaml, read once for all tests.
var description = sync.OnceValues(conform.New)

// checkedTransport holds every answer against openapi.yaml.
type checkedTransport struct {
	t       *testing.T
	checker *conform.Checker
}

// checked returns an HTTP client that fails t for an answer that openapi.yaml
// does not describe.
func checked(t *testing.T) *http.Client {
	t.Helper()
	checker, err := description()
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: checkedTransport{t, checker}}
}

// RoundTrip implements [http.RoundTripper].
func (c checkedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || r.URL.Path == clock.Path {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	target := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	if err := c.checker.Answer(r.Method, target, resp.StatusCode, resp.Header, body); err != nil {
		c.t.Errorf("%s", strings.TrimSpace(err.Error()))
	}
	return resp, nil
}
