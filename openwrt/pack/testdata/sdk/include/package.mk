# Of an SDK's package.mk: unpack, compile, install into ROOT, say what was set.
PKG_BUILD_DIR?=$(TOPDIR)/build_dir/$(PKG_NAME)-$(PKG_VERSION)

define Build/Prepare
	@echo "this would fetch $(PKG_SOURCE_URL) at $(PKG_SOURCE_VERSION)"
endef

define BuildPackage
$(eval $(call Package/$(1)))
$(foreach part,conffiles config postinst postrm,$(eval export TOLD_$(part)=$$(Package/$(1)/$(part))))

prepare:
	$$(Build/Prepare)

compile: prepare
	$$(Build/Compile)

install: prepare
	$$(call Package/$(1)/install,$$(ROOT))
	for file in $$(strip $$(Package/$(1)/conffiles)); do \
		[ -f $$(ROOT)$$$$file ] || { mkdir -p $$(ROOT)/lib/upgrade/keep.d; echo $$$$file >> $$(ROOT)/lib/upgrade/keep.d/$(1); }; \
	done

tell:
	@$$(foreach name,PKG_NAME PKG_VERSION PKG_SOURCE_PROTO PKG_SOURCE_VERSION PKG_BUILD_FLAGS GO_PKG GO_PKG_BUILD_PKG GO_PKG_INSTALL_EXTRA GO_PKG_LDFLAGS_X SECTION CATEGORY TITLE DEPENDS USERID URL,echo '$$(name)=$$(strip $$($$(name)))';)
	@$$(foreach part,conffiles config postinst postrm,echo "== $$(part)"; echo "$$$$TOLD_$$(part)";)
endef
