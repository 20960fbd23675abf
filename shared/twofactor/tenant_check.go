package twofactor

import (
	"fmt"
	"net"
	"net/url"
)

// Longest members of a tenant; its record must stay small.
const (
	maxTenantName = 128
	maxIssuer     = 64
	maxReturnURLs = 10
	maxReturnURL  = 512
)

// check says which members have values that no tenant can have.
func (in TenantInput) check() error {
	var wrong []FieldError
	add := func(pointer, detail string) {
		if detail != "" {
			wrong = append(wrong, FieldError{Pointer: pointer, Detail: detail})
		}
	}
	if !ValidID(in.Tenant) {
		add("/path/tenant", idForm)
	}
	if blank(in.Name) {
		add("/name", "A tenant needs a name.")
	}
	add("/name", checkText(in.Name, maxTenantName))
	if in.Issuer != "" && blank(in.Issuer) {
		add("/issuer", "It holds nothing that shows.")
	}
	add("/issuer", checkText(in.Issuer, maxIssuer))
	if in.SupportEmail != "" && !ValidAddress(in.SupportEmail) {
		add("/support_email", "It is not one plain e-mail address.")
	}
	if len(in.ReturnURLs) > maxReturnURLs {
		add("/return_urls", fmt.Sprintf("There are more than %d.", maxReturnURLs))
	}
	for i, raw := range in.ReturnURLs {
		if !validReturnURL(raw) {
			add(fmt.Sprintf("/return_urls/%d", i), "It is not an https address, or http on localhost, of at most 512 bytes.")
		}
	}
	if in.Parent != nil && (!ValidID(*in.Parent) || *in.Parent == in.Tenant) {
		add("/parent", "It is not the id of another tenant.")
	}
	return invalidFields(wrong)
}

// validReturnURL takes absolute https URLs, and http ones on the machine
// itself (contract §3). A fragment or a user name in it is refused: the one
// would hide what is added, the other mislead the reader.
func validReturnURL(raw string) bool {
	if len(raw) > maxReturnURL || checkText(raw, maxReturnURL) != "" {
		return false
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return false
	}
	switch u.Scheme {
	case "https":
		return true
	case "http":
		ip := net.ParseIP(u.Hostname())
		return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	}
	return false
}
