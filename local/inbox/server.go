package inbox

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// maxRecipients is what SES allows for one mail.
const maxRecipients = 50

// Handler serves the inbox: SES's SendEmail, the store as JSON, and a page.
func (in *Inbox) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/email/outbound-emails", in.send)
	mux.HandleFunc("GET /store", in.store)
	mux.HandleFunc("POST /clear-store", in.clearStore)
	mux.HandleFunc("GET /mails/{id}", in.showMail)
	mux.HandleFunc("GET /{$}", in.showList)
	return mux
}

// content is SES's name for a text with a charset.
type content struct {
	Data string
}

// sendRequest is the part of SES's SendEmail that the mail package uses.
type sendRequest struct {
	FromEmailAddress string
	ReplyToAddresses []string
	Destination      struct {
		ToAddresses, CcAddresses, BccAddresses []string
	}
	Content struct {
		Simple *struct {
			Subject content
			Body    struct {
				Text *content
				HTML *content `json:"Html"`
			}
			Headers []struct{ Name, Value string }
		}
	}
}

// send takes a mail as SES does and refuses what SES would refuse at once.
func (in *Inbox) send(w http.ResponseWriter, r *http.Request) {
	var req sendRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&req); err != nil {
		refuse(w, "BadRequestException", "The request is not JSON.")
		return
	}
	to := len(req.Destination.ToAddresses) + len(req.Destination.CcAddresses) + len(req.Destination.BccAddresses)
	switch {
	case req.Content.Simple == nil:
		refuse(w, "BadRequestException", "Only simple content is taken here.")
		return
	case req.FromEmailAddress == "" || to == 0 || to > maxRecipients:
		refuse(w, "BadRequestException", "A sender and 1 to 50 recipients are needed.")
		return
	}
	e := req.email(time.Now())
	if err := in.add(e); err != nil {
		http.Error(w, "the inbox file cannot be written", http.StatusInternalServerError)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"MessageId": e.MessageID})
}

// email turns the request into what is kept.
func (req sendRequest) email(now time.Time) Email {
	e := Email{
		MessageID: "local-" + rand.Text(),
		From:      req.FromEmailAddress,
		ReplyTo:   list(req.ReplyToAddresses),
		Destination: Destination{
			To: list(req.Destination.ToAddresses), CC: list(req.Destination.CcAddresses), BCC: list(req.Destination.BccAddresses),
		},
		Subject: req.Content.Simple.Subject.Data,
		Headers: []Header{},
		At:      now.Unix(),
	}
	if text := req.Content.Simple.Body.Text; text != nil {
		e.Body.Text = text.Data
	}
	if html := req.Content.Simple.Body.HTML; html != nil {
		e.Body.HTML = html.Data
	}
	for _, h := range req.Content.Simple.Headers {
		e.Headers = append(e.Headers, Header(h))
	}
	return e
}

// store answers all mails, or those since a time in seconds.
func (in *Inbox) store(w http.ResponseWriter, r *http.Request) {
	emails := list(in.Emails())
	if text := r.URL.Query().Get("since"); text != "" {
		since, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"message": "since is a time in seconds"})
			return
		}
		recent := []Email{}
		for _, e := range emails {
			if e.At >= since {
				recent = append(recent, e)
			}
		}
		emails = recent
	}
	writeJSON(w, http.StatusOK, map[string]any{"emails": emails, "templates": map[string]string{}})
}

func (in *Inbox) clearStore(w http.ResponseWriter, _ *http.Request) {
	if err := in.clear(); err != nil {
		http.Error(w, "the inbox file cannot be written", http.StatusInternalServerError)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"message": "Store cleared"})
}

// refuse answers with one of SES's typed errors, named as its SDK reads it.
func refuse(w http.ResponseWriter, name, message string) {
	w.Header().Set("X-Amzn-ErrorType", name)
	writeJSON(w, http.StatusBadRequest, map[string]string{"message": message})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may be gone; nobody is left to tell.
	_ = json.NewEncoder(w).Encode(v)
}

// list makes an empty list of a missing one, so that JSON shows [].
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
