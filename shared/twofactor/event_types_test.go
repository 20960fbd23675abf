package twofactor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// declared reads the constants of a type of words out of a file of this
// package, sorted.
func declared[T ~string](t *testing.T, file, name string) []T {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var words []T
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == name {
			for _, value := range spec.Values {
				word, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				words = append(words, T(word))
			}
		}
		return true
	})
	slices.Sort(words)
	return words
}

func TestTheListOfEventTypesHoldsEveryTypeOnce(t *testing.T) {
	all := declared[EventType](t, "event.go", "EventType")
	listed := slices.Clone(EventTypes)
	slices.Sort(listed)
	if len(all) < 30 || !slices.Equal(all, listed) {
		t.Errorf("declared %v\nlisted %v", all, listed)
	}
}
