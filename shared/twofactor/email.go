package twofactor

import "strings"

// MaxEmail is the longest address that is taken, in bytes (RFC 5321, 4.5.3.1).
const MaxEmail = 254

// maxLocalPart is the longest part before the @, in bytes (RFC 5321, 4.5.3.1).
const maxLocalPart = 64

// ValidAddress reports whether s is exactly one plain address: ASCII, a local
// part of RFC 5322 atoms and a domain name of at least two labels. Display
// names, comments, quotes, lists and control characters are refused, so that
// an address can stand in a header without any escaping.
func ValidAddress(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	if !found || len(s) > MaxEmail || len(local) > maxLocalPart {
		return false
	}
	return validLocalPart(local) && validDomain(domain)
}

func validLocalPart(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			if !alphanumeric(atom[i]) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", rune(atom[i])) {
				return false
			}
		}
	}
	return true
}

func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if !validLabel(label) {
			return false
		}
	}
	return len(labels) >= 2
}

func validLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for i := range len(label) {
		if !alphanumeric(label[i]) && label[i] != '-' {
			return false
		}
	}
	return true
}

// maxMasked is the longest result of MaskAddress, in bytes: it stands in the
// auth record, whose size is bounded.
const maxMasked = 34

// MaskAddress hides most of an address, so that its owner knows it again and
// nobody else learns it: "j•••@example.com". A long domain is shortened in the
// middle. The result has at most 34 bytes; it is "" for what is no address.
func MaskAddress(email string) string {
	local, domain, found := strings.Cut(email, "@")
	if !found || local == "" || !ValidAddress(email) {
		return ""
	}
	head := local[:1] + "•••@"
	room := maxMasked - len(head)
	if len(domain) <= room {
		return head + domain
	}
	const gap = "…"
	room -= len(gap)
	front := room / 2
	return head + domain[:front] + gap + domain[len(domain)-(room-front):]
}
