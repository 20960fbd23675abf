package twofactor

import "net/netip"

// ClientInfo is the person's own address and browser. Platforms take them from
// headers that anyone can write: an IP that is no address counts as not known.
type ClientInfo struct {
	IP        string
	UserAgent string
}

// address is IP in its one spelling, without a zone; "" where it is none. No
// login fails for it, and nothing else enters the trail.
func (c ClientInfo) address() string {
	ip, err := netip.ParseAddr(c.IP)
	if err != nil {
		return ""
	}
	return ip.WithZone("").Unmap().String()
}
