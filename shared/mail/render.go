package mail

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	"sallyport/shared/twofactor"
)

// Message is a mail as it is sent. It may hold a code: never log it.
type Message struct {
	Subject string
	Text    string
	HTML    string
}

// ErrUnknownKind is returned for a kind of mail that has no text.
var ErrUnknownKind = errors.New("there is no text for this kind of mail")

// ErrNoLink is returned for an enrolment link that is not one.
var ErrNoLink = errors.New("the enrolment link is no web address")

// Render writes m. code is the code or the link that the mail carries, "" when
// it carries none.
func Render(m *twofactor.Mail, code twofactor.Secret) (Message, error) {
	text, known := texts[m.Kind]
	if !known {
		return Message{}, ErrUnknownKind
	}
	vars := cleanVars(m.Vars)
	page, err := text.page(vars)
	if err != nil {
		return Message{}, err
	}
	page.Facts = facts(vars)
	page.Contact = contact(vars)
	page.Footer = footer(m.Kind, vars[twofactor.VarTenant])
	if err := page.carry(m.Kind, code.Reveal()); err != nil {
		return Message{}, err
	}
	return page.message()
}

// written are the values that people write; nothing in them becomes a link.
// The others are made by Sallyport or are ids of the platform.
var written = []string{
	twofactor.VarTenant, twofactor.VarName, twofactor.DetailReason, twofactor.DetailNote,
}

// cleanVars returns vars, fit to be shown.
func cleanVars(vars map[string]string) map[string]string {
	out := make(map[string]string, len(vars))
	for name, value := range vars {
		out[name] = clean(value)
	}
	for _, name := range written {
		out[name] = unlink(out[name])
	}
	return out
}

// carry puts the code or the link into the page.
func (p *page) carry(kind twofactor.MailKind, code string) error {
	switch kind {
	case twofactor.MailEmailCode:
		p.Code = code
	case twofactor.MailEnrollmentLink:
		if !strings.HasPrefix(code, "https://") && !strings.HasPrefix(code, "http://") {
			return ErrNoLink
		}
		p.Link = code
	}
	return nil
}

// facts lists which account, when, from where and by whom (contract §7).
func facts(vars map[string]string) []fact {
	account := vars[twofactor.VarAccount]
	if name := vars[twofactor.VarName]; name != "" {
		account = name + " (" + account + ")"
	}
	list := []fact{
		{"Account", account},
		{"Organisation", vars[twofactor.VarTenant]},
		{"When", when(vars[twofactor.VarAt])},
		{"From IP address", ip(vars[twofactor.VarIP])},
	}
	if by := vars[twofactor.VarBy]; by != "" {
		list = append(list, fact{"Done by", by})
	}
	return list
}

// contact says whom to turn to.
func contact(vars map[string]string) string {
	if support := vars[twofactor.VarSupport]; twofactor.ValidAddress(support) {
		return "For help, write to " + support + "."
	}
	return "For help, turn to the people at " + vars[twofactor.VarTenant] + " who look after your account."
}

// footer says why somebody gets the mail.
func footer(kind twofactor.MailKind, tenant string) string {
	why := "you have an account at "
	if kind.ToAdministrators() {
		why = "you are an administrator for "
	}
	return "You get this message because " + why + tenant + ". It was sent automatically."
}

// when writes a time so that nobody mistakes day for month.
func when(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return "not known"
	}
	return t.UTC().Format("2 January 2006, 15:04:05") + " UTC"
}

// ip shows an address of the internet, and nothing else in its place.
func ip(value string) string {
	addr, err := netip.ParseAddr(value)
	if err != nil {
		return "not known"
	}
	return addr.WithZone("").String()
}
