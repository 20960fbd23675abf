// Package conform holds requests and answers against openapi.yaml, so that a
// test fails when the service does what is not written there.
package conform

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"sallyport/shared/httpapi"
)

// Checker checks what goes over the wire. It is safe for parallel use.
type Checker struct {
	doc *openapi3.T
}

// The library knows no lines of JSON; the text is enough here.
func init() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.PlainBodyDecoder)
}

// New reads and validates openapi.yaml, its examples with it.
func New() (*Checker, error) {
	doc, err := openapi3.NewLoader().LoadFromData(httpapi.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("reading openapi.yaml: %w", err)
	}
	if err := doc.Validate(openapi3.NewLoader().Context, openapi3.EnableExamplesValidation()); err != nil {
		return nil, fmt.Errorf("openapi.yaml is not valid: %w", err)
	}
	return &Checker{doc: doc}, nil
}

// Doc gives access to the description itself.
func (c *Checker) Doc() *openapi3.T { return c.doc }

// Answer returns an error when the answer to method and target (the path as
// it was sent, with or without a query) is not described: an unlisted status,
// another media type, a missing header, a body of another shape.
//
// A path that is not in the description must be a 404 problem, and a method
// that a path does not have a 405 problem or a preflight.
func (c *Checker) Answer(method, target string, status int, header http.Header, body []byte) error {
	u, err := url.Parse(target)
	if err != nil {
		return err
	}
	route, found := httpapi.Find(method, u.EscapedPath())
	if !found {
		return c.refused(method, target, status, body)
	}
	input, err := c.input(route, method, u)
	if err != nil {
		return err
	}
	if err := openapi3filter.ValidateResponse(input.Request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}); err != nil {
		return fmt.Errorf("%s: status %d: %w", route.Key(), status, err)
	}
	return nil
}

// input is the request that an answer belongs to, as the library wants it.
func (c *Checker) input(route httpapi.Route, method string, u *url.URL) (*openapi3filter.RequestValidationInput, error) {
	item := c.doc.Paths.Value(route.Path)
	if item == nil || item.GetOperation(method) == nil {
		return nil, fmt.Errorf("%s is not in openapi.yaml", route.Key())
	}
	return &openapi3filter.RequestValidationInput{
		Request: &http.Request{Method: method, URL: u, Header: http.Header{}},
		Route:   &routers.Route{Spec: c.doc, Path: route.Path, PathItem: item, Method: method, Operation: item.GetOperation(method)},
	}, nil
}

// refused judges the answer to what is no call of the API.
func (c *Checker) refused(method, target string, status int, body []byte) error {
	switch {
	case method == http.MethodOptions && status == http.StatusNoContent:
		return nil
	case status == http.StatusNotFound && bytes.Contains(body, []byte(`"code":"not_found"`)):
		return nil
	case status == http.StatusMethodNotAllowed && (method == http.MethodHead || bytes.Contains(body, []byte(`"code":"method_not_allowed"`))):
		return nil
	}
	return fmt.Errorf("%s %s is not in openapi.yaml and was answered with %d", method, strings.SplitN(target, "?", 2)[0], status)
}
