package gateway

import (
	"strings"
	"testing"

	"sallyport/shared/httpapi"
)

func TestEveryRouteOfTheCodeReachesItsFunctionThroughTheRealTemplate(t *testing.T) {
	template, err := ReadTemplate("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	router := newRouter(template.Routes())
	for _, want := range httpapi.Routes() {
		path := strings.NewReplacer("{tenant}", "acme", "{user}", "jane", "{id}", "x1").Replace(want.Path)
		got, parameters := router.match(want.Method, path)
		if got == nil || got.Function != string(want.Function) || got.Path != want.Path {
			t.Errorf("%s reaches %+v, want %s", want.Key(), got, want.Function)
		}
		if strings.Contains(want.Path, "{user}") && parameters["user"] != "jane" {
			t.Errorf("%s: parameters %v", want.Key(), parameters)
		}
	}
	if got, _ := router.match("GET", "/nothing/here"); got == nil || got.Function != "pages" {
		t.Errorf("what no route takes reaches %+v, want pages", got)
	}
}
