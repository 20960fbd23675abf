package twofactor

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"time"
)

// The words of Mail.Vars, besides the details of the event that templates may
// show (DetailCodesLeft, DetailRole, DetailReason, DetailNote).
const (
	// VarTenant is the tenant's name, VarSupport its support address.
	VarTenant  = "tenant"
	VarSupport = "support"
	// VarAccount is the id of the account that the mail is about, VarName the
	// name of its user.
	VarAccount = "account"
	VarName    = "name"
	// VarAt is when it happened (RFC 3339, UTC), VarIP from which address.
	VarAt = "at"
	VarIP = "ip"
	// VarBy is who did it for the user; missing when the user did it.
	VarBy = "by"
	// VarOldAddress and VarNewAddress are masked addresses.
	VarOldAddress = "old_address"
	VarNewAddress = "new_address"
)

// shownDetails are the details of an event that a template may show.
var shownDetails = []string{DetailCodesLeft, DetailRole, DetailReason, DetailNote}

// mailExpiry is how long a mail stays in the table.
const mailExpiry = 30 * 24 * time.Hour

// addressBook is what composing a mail needs to know besides the change.
type addressBook struct {
	tenant *Tenant
	// subject is the user whom the event is about; nil when there is none.
	subject *Directory
	// administrators get the mails to administrators.
	administrators []*Directory
}

// errNoImages refuses an address change whose event does not stand in the
// directory record: the old address would never hear of it.
var errNoImages = errors.New("an address change must be written with the directory record first")

// compose makes the mails that change asks for, without those that have no
// address to go to. Their ids depend on event, kind and recipient alone.
func compose(change Change, book addressBook, now time.Time) ([]*Mail, error) {
	kinds, err := notices(change.Event)
	if err != nil {
		return nil, err
	}
	vars := letterVars(change.Event, book)
	var mails []*Mail
	for _, kind := range kinds {
		letter := Mail{
			Tenant: change.Event.Tenant, ID: MailID(change.Event.ID, kind), Kind: kind, Bulk: kind.bulk(),
			User: change.Event.User, Vars: vars, State: MailQueued, DueAt: now, CreatedAt: now,
			Meta: Meta{Expires: now.Add(mailExpiry)},
		}
		addressed, err := address(letter, change, book)
		if err != nil {
			return nil, err
		}
		mails = append(mails, addressed...)
	}
	return mails, nil
}

// MailID is the id of the mail of one kind that an event asks for, when it
// goes to the user. A code for that mail is sealed for this id.
func MailID(event string, kind MailKind) string { return event + "-" + string(kind) }

// address makes one copy of letter for each of its recipients.
func address(letter Mail, change Change, book addressBook) ([]*Mail, error) {
	switch audiences[letter.Kind] {
	case toOldAndNew:
		return toBothAddresses(letter, change)
	case toAdministrators:
		var mails []*Mail
		for _, admin := range book.administrators {
			mails = appendCopy(mails, letter, "-"+refHash(admin.Ref), admin.Email)
		}
		return mails, nil
	default:
		to, code := mailbox(change, book, letter.Kind)
		letter.SealedCode = code
		return appendCopy(nil, letter, "", to), nil
	}
}

// appendCopy adds a copy of letter that goes to one address, if it is one.
func appendCopy(mails []*Mail, letter Mail, idSuffix, to string) []*Mail {
	if !ValidAddress(to) {
		return mails
	}
	letter.ID += idSuffix
	letter.To = to
	letter.Vars = maps.Clone(letter.Vars)
	return append(mails, &letter)
}

// toBothAddresses writes to the address before and the one after the change.
func toBothAddresses(letter Mail, change Change) ([]*Mail, error) {
	after, ok := change.New.(*Directory)
	if !ok || after == nil {
		return nil, errNoImages
	}
	var old string
	if before, ok := change.Old.(*Directory); ok && before != nil {
		old = before.Email
	}
	letter.Vars = maps.Clone(letter.Vars)
	letter.Vars[VarOldAddress] = MaskAddress(old)
	letter.Vars[VarNewAddress] = MaskAddress(after.Email)
	mails := appendCopy(nil, letter, "-old", old)
	return appendCopy(mails, letter, "-new", after.Email), nil
}

// refHash tells recipients apart in an id, in a fixed length.
func refHash(ref Ref) string {
	sum := sha256.Sum256([]byte(ref.Tenant + "\x00" + ref.User))
	return hex.EncodeToString(sum[:8])
}

// letterVars gives what every mail says: what account, when, from where, who.
func letterVars(e *Event, book addressBook) map[string]string {
	vars := map[string]string{
		VarTenant:  e.Tenant,
		VarAccount: e.User,
		VarAt:      e.At.UTC().Format(time.RFC3339),
		VarIP:      e.IP,
	}
	if book.tenant != nil {
		vars[VarTenant] = book.tenant.Name
		vars[VarSupport] = book.tenant.SupportEmail
	}
	if book.subject != nil && book.subject.Name != "" {
		vars[VarName] = book.subject.Name
	}
	if e.Actor != nil {
		vars[VarBy] = e.Actor.User
		if e.Actor.Tenant != e.Tenant {
			vars[VarBy] += " (" + e.Actor.Tenant + ")"
		}
	}
	for _, word := range shownDetails {
		if value := e.Detail[word]; value != "" {
			vars[word] = value
		}
	}
	return vars
}
