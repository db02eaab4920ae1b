<?xml version="1.0"?>
<!-- The intake's referral as the service system manager's document, for the bench. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns="urn:portage:sample:ssm:1">
  <xsl:output method="xml" omit-xml-declaration="yes"/>
  <xsl:template match="/records"><xsl:apply-templates select="record"/></xsl:template>
  <xsl:template name="program">
    <xsl:param name="code"/>
    <xsl:choose>
      <xsl:when test="$code = 'ontario-works'">SA-OW</xsl:when>
      <xsl:when test="$code = 'disability-support'">SA-ODSP</xsl:when>
      <xsl:when test="$code = 'temporary-care'">SA-TCA</xsl:when>
      <xsl:when test="$code = 'children-disabilities'">SA-ACSD</xsl:when>
      <xsl:when test="$code = 'none'">NSA</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">code</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template name="origin">
    <xsl:param name="code"/>
    <xsl:choose>
      <xsl:when test="$code = 'WORKER'">worker</xsl:when>
      <xsl:when test="$code = 'SELF_SERVE'">self</xsl:when>
      <xsl:when test="$code = 'READINESS'">automatic</xsl:when>
      <xsl:when test="$code = 'TRANSFER'">transfer</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">code</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template name="need">
    <xsl:param name="code"/>
    <xsl:choose>
      <xsl:when test="$code = 'JOB_SEARCH'">N1</xsl:when>
      <xsl:when test="$code = 'RESUME'">N2</xsl:when>
      <xsl:when test="$code = 'SKILLS'">N3</xsl:when>
      <xsl:when test="$code = 'LANGUAGE'">N4</xsl:when>
      <xsl:when test="$code = 'CHILD_CARE'">N5</xsl:when>
      <xsl:when test="$code = 'TRAVEL'">N6</xsl:when>
      <xsl:when test="$code = 'HOUSING'">N7</xsl:when>
      <xsl:when test="$code = 'OTHER'">N9</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">code</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template name="language">
    <xsl:param name="code"/>
    <xsl:choose>
      <xsl:when test="$code = 'eng'">EN</xsl:when>
      <xsl:when test="$code = 'fra'">FR</xsl:when>
      <xsl:when test="$code = 'ase'">ASL</xsl:when>
      <xsl:when test="$code = 'fcs'">LSQ</xsl:when>
      <xsl:when test="$code = 'ara'">AR</xsl:when>
      <xsl:when test="$code = 'cre'">CR</xsl:when>
      <xsl:when test="$code = 'spa'">ES</xsl:when>
      <xsl:when test="$code = 'fas'">FA</xsl:when>
      <xsl:when test="$code = 'ita'">IT</xsl:when>
      <xsl:when test="$code = 'oji'">OJ</xsl:when>
      <xsl:when test="$code = 'pan'">PA</xsl:when>
      <xsl:when test="$code = 'por'">PT</xsl:when>
      <xsl:when test="$code = 'tam'">TA</xsl:when>
      <xsl:when test="$code = 'tgl'">TL</xsl:when>
      <xsl:when test="$code = 'ukr'">UK</xsl:when>
      <xsl:when test="$code = 'urd'">UR</xsl:when>
      <xsl:when test="$code = 'vie'">VI</xsl:when>
      <xsl:when test="$code = 'zho'">ZH</xsl:when>
      <xsl:when test="$code = 'und'">XX</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">code</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template name="kind">
    <xsl:param name="code"/>
    <xsl:choose>
      <xsl:when test="$code = 'HOME'">H</xsl:when>
      <xsl:when test="$code = 'MOBILE'">C</xsl:when>
      <xsl:when test="$code = 'WORK'">W</xsl:when>
      <xsl:when test="$code = 'MESSAGES'">M</xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">code</xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template match="record">
    <Referral id="{referralNumber}">
      <SenderCase><xsl:value-of select="applicationId"/></SenderCase>
      <MadeAt><xsl:value-of select="submittedAt"/></MadeAt>
      <Program><xsl:call-template name="program"><xsl:with-param name="code" select="program"/></xsl:call-template></Program>
      <Origin><xsl:call-template name="origin"><xsl:with-param name="code" select="source"/></xsl:call-template></Origin>
      <Mandatory><xsl:value-of select="participation = 'REQUIRED'"/></Mandatory>
      <Priority><xsl:value-of select="priority"/></Priority>
      <Client member="{person/memberId}">
      <FamilyName><xsl:value-of select="person/lastName"/></FamilyName>
      <GivenName><xsl:value-of select="person/firstName"/></GivenName>
      <OtherNames><xsl:value-of select="person/otherNames"/></OtherNames>
      <BirthDate><xsl:value-of select="person/birthDate"/></BirthDate>
      <Language><xsl:call-template name="language"><xsl:with-param name="code" select="person/preferredLanguage"/></xsl:call-template></Language>
      <Address><Street><xsl:value-of select="homeAddress/street"/></Street><Unit><xsl:value-of select="homeAddress/unit"/></Unit><City><xsl:value-of select="homeAddress/municipality"/></City>
      <Province><xsl:value-of select="homeAddress/provinceCode"/></Province><PostalCode><xsl:value-of select="homeAddress/postalCode"/></PostalCode></Address>
      <xsl:for-each select="telephones"><Phone><xsl:attribute name="kind"><xsl:call-template name="kind"><xsl:with-param name="code" select="use"/></xsl:call-template></xsl:attribute>
      <Number><xsl:value-of select="number"/></Number></Phone></xsl:for-each>
      <Email><xsl:value-of select="email"/></Email></Client>
      <xsl:for-each select="supports"><Need><xsl:call-template name="need"><xsl:with-param name="code" select="."/></xsl:call-template></Need></xsl:for-each>
      <Accommodation><xsl:value-of select="accommodation"/></Accommodation>
      <Assessment><xsl:value-of select="assessmentId"/></Assessment>
      <ActionPlan><xsl:value-of select="actionPlanId"/></ActionPlan>
      <CamsReference><xsl:value-of select="camsReference"/></CamsReference>
      <Worker><Name><xsl:value-of select="contactPerson/name"/></Name><Phone><xsl:value-of select="contactPerson/telephone"/></Phone><Email><xsl:value-of select="contactPerson/email"/></Email></Worker>
      <Consent><xsl:value-of select="consentId"/></Consent>
    </Referral><xsl:text>&#10;</xsl:text>
  </xsl:template>
</xsl:stylesheet>
