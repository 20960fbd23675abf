// Package functions_test holds the template to the code: every function has
// its resource, role, log group, alarm and routes, nobody may do more than the
// table of security says, and no name is known to one side only.
package functions_test

import (
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// node is a part of the template. Tags such as !Ref and !GetAtt are dropped:
// "!GetAtt Table.Arn" reads as "Table.Arn".
type node = map[string]any

// resource is one resource of the template.
type resource struct {
	Type       string `yaml:"Type"`
	Metadata   node   `yaml:"Metadata"`
	Properties node   `yaml:"Properties"`
}

// template is the part of template.yaml that the tests look at.
type template struct {
	Globals struct {
		Function node `yaml:"Function"`
	} `yaml:"Globals"`
	Resources map[string]resource `yaml:"Resources"`
	Outputs   map[string]any      `yaml:"Outputs"`
}

// readTemplate reads the template at the root of the repository.
func readTemplate(t *testing.T) template {
	t.Helper()
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var read template
	if err := yaml.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Resources) == 0 {
		t.Fatal("the template has no resources")
	}
	return read
}

// ofType lists the names of all resources of a type, sorted.
func (m template) ofType(kind string) []string {
	var names []string
	for name, r := range m.Resources {
		if r.Type == kind {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// folders lists the functions' folders.
func folders(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) < 4 {
		t.Fatalf("only %v in functions/", names)
	}
	return names
}

// title turns a folder's name into the beginning of its resources' names.
func title(folder string) string { return strings.ToUpper(folder[:1]) + folder[1:] }

// at follows a path of keys into nested maps; nil where it ends early.
func at(v any, path ...string) any {
	for _, key := range path {
		m, ok := v.(node)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// strs reads a string or a list of strings.
func strs(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, strs(item)...)
		}
		return all
	}
	return nil
}
