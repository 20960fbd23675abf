package mail

import (
	"embed"
	htmltemplate "html/template"
	"io/fs"
	"path"
	"strings"
	"text/template"

	"sallyport/shared/twofactor"
)

//go:embed templates
var files embed.FS

// The two layouts, and the text of each kind of mail.
var (
	layoutText = template.Must(template.New("layout.txt").Funcs(template.FuncMap{"wrap": wrap}).ParseFS(files, "templates/layout.txt"))
	layoutHTML = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/layout.html"))
	texts      = parseTexts()
)

// text is what one kind of mail says.
type text struct{ template *template.Template }

// page is a mail before it becomes text and HTML.
type page struct {
	Heading     string
	Paragraphs  []string
	Code, Link  string
	Facts       []fact
	AdviceTitle string
	Advice      []string
	Contact     string
	Footer      string
}

// fact is one line of the table that every mail has.
type fact struct{ Label, Value string }

// parseTexts reads templates/<kind>.txt for every kind. The files are part of
// the program, so one that cannot be parsed stops it at once.
func parseTexts() map[twofactor.MailKind]text {
	names, err := fs.Glob(files, "templates/*.txt")
	if err != nil {
		panic(err)
	}
	parsed := map[twofactor.MailKind]text{}
	for _, name := range names {
		kind := strings.TrimSuffix(path.Base(name), ".txt")
		if kind == "layout" {
			continue
		}
		parsed[twofactor.MailKind(kind)] = text{template.Must(template.New(kind+".txt").
			Option("missingkey=zero").ParseFS(files, name))}
	}
	return parsed
}

// page fills in vars. Values hold no line breaks (see clean), so that none of
// them can pass for a paragraph or for the line that starts the advice.
func (t text) page(vars map[string]string) (*page, error) {
	var out strings.Builder
	if err := t.template.Execute(&out, vars); err != nil {
		return nil, err
	}
	happened, rest, _ := strings.Cut(out.String(), "\n--- ")
	title, advice, _ := strings.Cut(rest, "\n")
	paragraphs := split(happened)
	return &page{Heading: paragraphs[0], Paragraphs: paragraphs[1:], AdviceTitle: title, Advice: split(advice)}, nil
}

// split cuts s at its blank lines.
func split(s string) []string {
	var paragraphs []string
	for part := range strings.SplitSeq(s, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			paragraphs = append(paragraphs, part)
		}
	}
	return paragraphs
}

// message makes both parts of the page.
func (p *page) message() (Message, error) {
	var plain, html strings.Builder
	if err := layoutText.Execute(&plain, p); err != nil {
		return Message{}, err
	}
	if err := layoutHTML.Execute(&html, p); err != nil {
		return Message{}, err
	}
	return Message{Subject: p.Heading, Text: plain.String(), HTML: html.String()}, nil
}

// wrap breaks a paragraph into lines of at most 72 characters, as mail
// programs show plain text best; longer words stay whole.
func wrap(paragraph string) string {
	const width = 72
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(paragraph) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
}
