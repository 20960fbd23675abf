package httpapi

import (
	"os"
	"strings"
	"testing"
)

func TestThePageOfTheAPIListsEveryRouteAndEveryCode(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range routes {
		if !strings.Contains(string(page), "| `"+route.Key()+"` | "+string(route.Credential)+" |") {
			t.Errorf("docs/api.md does not list %s", route.Key())
		}
	}
	for _, code := range codesOfTheRules(t) {
		if !strings.Contains(string(page), "| `"+string(code)+"` |") {
			t.Errorf("docs/api.md does not list %s", code)
		}
	}
}

func TestTheGuideSaysOfEveryCodeWhatToDo(t *testing.T) {
	page, err := os.ReadFile("../../docs/integration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "\n| codes | what you do |\n")
	table, _, _ := strings.Cut(rest, "\n\n")
	for _, code := range codesOfTheRules(t) {
		if !strings.Contains(table, "`"+string(code)+"`") {
			t.Errorf("docs/integration.md does not say what to do about %s", code)
		}
	}
}

func TestThePageOfTheTrailTellsOfEveryTypeOfEvent(t *testing.T) {
	page, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	_, types, _ := strings.Cut(string(page), "\n## The types\n")
	for _, event := range constantsOf(t, "../twofactor/event.go", "EventType") {
		if !strings.Contains(types, "`"+event+"`") {
			t.Errorf("docs/events.md does not tell of %s", event)
		}
	}
}

func TestTheDescriptionAtTheRootIsTheOneThatIsServed(t *testing.T) {
	root, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if string(root) != string(OpenAPI) {
		t.Error("openapi.yaml at the root is another file")
	}
}

func TestTheDescriptionNamesEveryCodeAndEveryTypeOfEvent(t *testing.T) {
	enum := func(name string) string {
		_, rest, _ := strings.Cut(string(OpenAPI), "\n    "+name+":\n")
		text, _, _ := strings.Cut(rest, "description:")
		return text
	}
	for _, code := range codesOfTheRules(t) {
		if !listed(enum("Code"), string(code)) {
			t.Errorf("openapi.yaml does not list the code %s", code)
		}
	}
	for _, event := range constantsOf(t, "../twofactor/event.go", "EventType") {
		if !listed(enum("EventType"), event) {
			t.Errorf("openapi.yaml does not list the event %s", event)
		}
	}
}

// listed looks for a word in the text of a YAML list.
func listed(list, word string) bool {
	for _, item := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(" ,[]\n", r) }) {
		if item == word {
			return true
		}
	}
	return false
}
