package gateway

import (
	"fmt"
	"os"
	"path"
	"sort"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Function is one Lambda function of the template.
type Function struct {
	// Name is the name of its folder below functions/.
	Name    string
	Timeout time.Duration
	Routes  []Route
}

// DefaultRoute is the path of the route that takes what no other takes.
const DefaultRoute = "$default"

// Route is one route of the HTTP API.
type Route struct {
	// Method is an HTTP method or "ANY".
	Method string
	// Path is a pattern such as "/v1/tenants/{tenant}", or DefaultRoute.
	Path string
	// Function is the name of the function that answers.
	Function string
}

// Key is the route as API Gateway writes it in events ("GET /healthz").
func (r Route) Key() string {
	if r.Path == DefaultRoute {
		return DefaultRoute
	}
	return r.Method + " " + r.Path
}

// defaultTimeout is what Lambda gives a function that names none.
const defaultTimeout = 3 * time.Second

// Template is the part of template.yaml that the development stack needs.
type Template struct {
	Functions []Function
	// Table holds the properties of the DynamoDB table as the template has
	// them.
	Table map[string]any
}

// Routes lists the routes of all functions.
func (t *Template) Routes() []Route {
	var all []Route
	for _, f := range t.Functions {
		all = append(all, f.Routes...)
	}
	return all
}

// ReadTemplate reads the SAM template in file. Its errors name the file and
// what is wrong, in one line.
func ReadTemplate(file string) (*Template, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Globals struct {
			Function struct {
				Timeout int `yaml:"Timeout"`
			} `yaml:"Function"`
		} `yaml:"Globals"`
		Resources map[string]struct {
			Type       string         `yaml:"Type"`
			Properties map[string]any `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s is not YAML that can be read: %s", file, firstLine(err))
	}
	t := &Template{}
	for name, resource := range doc.Resources {
		switch resource.Type {
		case "AWS::Serverless::Function":
			f, err := readFunction(resource.Properties, doc.Globals.Function.Timeout)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, name, err)
			}
			t.Functions = append(t.Functions, f)
		case "AWS::DynamoDB::Table":
			t.Table = resource.Properties
		}
	}
	sort.Slice(t.Functions, func(i, j int) bool { return t.Functions[i].Name < t.Functions[j].Name })
	if len(t.Routes()) == 0 {
		return nil, fmt.Errorf("%s has no routes", file)
	}
	return t, nil
}

// firstLine cuts a parser's picture of the place away.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// readFunction reads one AWS::Serverless::Function.
func readFunction(properties map[string]any, globalTimeout int) (Function, error) {
	uri, ok := properties["CodeUri"].(string)
	if !ok {
		return Function{}, fmt.Errorf("CodeUri is missing")
	}
	f := Function{Name: path.Base(path.Clean(uri)), Timeout: defaultTimeout}
	if seconds := number(properties["Timeout"]); seconds > 0 {
		f.Timeout = time.Duration(seconds) * time.Second
	} else if globalTimeout > 0 {
		f.Timeout = time.Duration(globalTimeout) * time.Second
	}
	sources, _ := properties["Events"].(map[string]any)
	for _, source := range sources {
		event, _ := source.(map[string]any)
		if event["Type"] != "HttpApi" {
			continue
		}
		f.Routes = append(f.Routes, readRoute(event["Properties"], f.Name))
	}
	sort.Slice(f.Routes, func(i, j int) bool { return f.Routes[i].Key() < f.Routes[j].Key() })
	return f, nil
}

// readRoute reads an HttpApi event; without a path it is the default route.
func readRoute(properties any, function string) Route {
	p, _ := properties.(map[string]any)
	r := Route{Method: "ANY", Path: DefaultRoute, Function: function}
	if pattern, ok := p["Path"].(string); ok && pattern != "" {
		r.Path = pattern
	}
	if method, ok := p["Method"].(string); ok && method != "" && method != "*" {
		r.Method = strings.ToUpper(method)
	}
	return r
}

// number reads a YAML integer, whatever Go type it got.
func number(v any) int {
	switch n := v.(type) {
	case int:
		return n
	case int64:
		return int(n)
	case uint64:
		return int(n)
	}
	return 0
}
