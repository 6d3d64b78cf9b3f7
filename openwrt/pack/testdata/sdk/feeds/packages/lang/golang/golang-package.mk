# Of golang-package.mk: what it sets for the go command, how it compiles, and where
# a built program is taken from.
GO_ARCH_DEPENDS:=@(aarch64||arm||mips||mipsel||x86_64)
GO_PKG_BUILD_BIN_DIR=$(PKG_BUILD_DIR)/.go_work/build/bin
GO_PKG_VARS=GOARCH=mipsle GOMIPS=softfloat CGO_ENABLED=1 GOTOOLCHAIN=local

define GoPackage/Build/Compile
	go install $(GO_PKG_BUILD_PKG)
endef

Build/Compile=$(call GoPackage/Build/Compile)

define GoPackage/Package/Install/Bin
	install -d -m0755 $(1)/usr/bin
	install -m0755 $(BINARY) $(1)/usr/bin/$(notdir $(GO_PKG_BUILD_PKG))
endef

define GoBinPackage
endef
