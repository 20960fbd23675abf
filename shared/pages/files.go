package pages

import (
	"embed"
	"maps"
	"strings"
	"sync"
)

//go:embed html script style.css
var sources embed.FS

// page is what one hosted page is put together from.
type page struct {
	// path is where the page stands, relative to the service's URL.
	path string
	// name is that of its body in html/ and of its script.
	name, title string
	// parts are the files of script/ that its script needs, in their order.
	parts []string
}

var hosted = []page{
	{"/enroll", "enroll", "Set up two-step sign-in", []string{
		"token", "api", "problem", "show", "hand", "codes", "enroll",
	}},
}

// file is one thing that a browser can fetch.
type file struct {
	body  []byte
	media string
}

// files are all pages and what they load, by path; put together at the first
// call, because every function links them and one serves them.
var files = sync.OnceValue(assemble)

// Open returns what stands at a path ("/enroll", "/pages/enroll.js") and the
// headers to send it with; ok is false where nothing does. The caller must
// change neither.
func Open(path string) (body []byte, headers map[string]string, ok bool) {
	f, ok := files()[path]
	if !ok {
		return nil, nil, false
	}
	h := maps.Clone(securityHeaders)
	h["Content-Type"] = f.media
	return f.body, h, true
}

func assemble() map[string]file {
	all := map[string]file{"/pages/pages.css": {[]byte(read("style.css")), "text/css; charset=utf-8"}}
	for _, p := range hosted {
		all[p.path] = file{p.document(), "text/html; charset=utf-8"}
		all["/pages/"+p.name+".js"] = file{p.script(), "text/javascript; charset=utf-8"}
	}
	return all
}

// document puts the page's body into the layout that all pages share. Both are
// our own files, so nothing is there to escape.
func (p page) document() []byte {
	return []byte(strings.NewReplacer(
		"{{title}}", p.title, "{{name}}", p.name, "{{main}}", strings.TrimSpace(read("html/"+p.name+".html")),
	).Replace(read("html/layout.html")))
}

// script joins the parts into one strict function, so that a page costs one
// request for its script and leaves no name in the window.
func (p page) script() []byte {
	var text strings.Builder
	text.WriteString("\"use strict\";\n(() => {\n")
	for _, part := range p.parts {
		text.WriteString(read("script/" + part + ".js"))
	}
	text.WriteString("})();\n")
	return []byte(text.String())
}

// read returns a source. All names are in this file, and the first test opens
// every one of them.
func read(name string) string {
	text, err := sources.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}
