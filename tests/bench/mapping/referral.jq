# The intake's referral as the service system manager's document, for the bench.
def program: {"ontario-works":"SA-OW","disability-support":"SA-ODSP","temporary-care":"SA-TCA",
  "children-disabilities":"SA-ACSD","none":"NSA"};
def origin: {"WORKER":"worker","SELF_SERVE":"self","READINESS":"automatic","TRANSFER":"transfer"};
def need: {"JOB_SEARCH":"N1","RESUME":"N2","SKILLS":"N3","LANGUAGE":"N4","CHILD_CARE":"N5",
  "TRAVEL":"N6","HOUSING":"N7","OTHER":"N9"};
def language: {"eng":"EN","fra":"FR","ase":"ASL","fcs":"LSQ","ara":"AR","cre":"CR","spa":"ES",
  "fas":"FA","ita":"IT","oji":"OJ","pan":"PA","por":"PT","tam":"TA","tgl":"TL","ukr":"UK",
  "urd":"UR","vie":"VI","zho":"ZH","und":"XX"};
def kind: {"HOME":"H","MOBILE":"C","WORK":"W","MESSAGES":"M"};
def lookup($table): $table[.] // error("code");
{Referral: {
  "@id": .referralNumber,
  SenderCase: .applicationId,
  MadeAt: .submittedAt,
  Program: (.program | lookup(program)),
  Origin: (.source | lookup(origin)),
  Mandatory: (.participation == "REQUIRED"),
  Priority: (.priority | tostring),
  Client: {
    "@member": .person.memberId,
    FamilyName: .person.lastName,
    GivenName: .person.firstName,
    OtherNames: .person.otherNames,
    BirthDate: .person.birthDate,
    Language: (.person.preferredLanguage | lookup(language)),
    Address: (.homeAddress | {Street: .street, Unit: .unit, City: .municipality,
      Province: .provinceCode, PostalCode: .postalCode}),
    Phone: [.telephones[] | {"@kind": (.use | lookup(kind)), Number: .number}],
    Email: .email},
  Need: [.supports[] | lookup(need)],
  Accommodation: .accommodation,
  Assessment: .assessmentId,
  ActionPlan: .actionPlanId,
  CamsReference: .camsReference,
  Worker: (.contactPerson | {Name: .name, Phone: .telephone, Email: .email}),
  Consent: .consentId}}
