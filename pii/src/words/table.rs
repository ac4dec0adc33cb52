//! The words that are known, in the languages in which keys and log lines are written.

use super::atoms::*;

/// Words of a meaning, in lower case, separated by spaces.
pub(super) const WORDS: &[(Atoms, &str)] = &[
    (
        EMAIL,
        "email emails mail emailaddress courriel correo correio epost e-post sähköposti mailadresse почта мейл メール 邮箱 邮件 이메일 emailid emailaddr mailaddr e-mailadres adresemail adresaemail correoelectronico correoelectrónico indirizzoemail enderecoemail surel eposta e-posta sähköpostiosoite epostadress электроннаяпочта почтовыйадрес 電子メール 电子邮件 이메일주소 البريد",
    ),
    (
        CARD,
        "card cards creditcard debitcard cc ccard karte kreditkarte carte tarjeta cartao cartão carta kaart creditkaart karta kort visa mastercard amex maestro карта 卡 银行卡 信用卡 カード 카드 karty bancaire karten kreditnikarta kartakredytowa bankkarte kredikartı kredikarti kortti luottokortti kartukredit 信用卡号 银行卡号",
    ),
    (
        CARD.or(NUMBER),
        "cardnumber cardno cardnum ccnum ccn ccnumber creditcardnumber pan kartennummer kreditkartennummer 卡号 numerkarty номеркарты",
    ),
    (CVV, "cvv cvc cvv2 cvc2 cid cvn csc cardcvv cardcvc securitycode"),
    (
        NUMBER,
        "number no num nr nummer numero número numéro núm nro № номер 号 号码 番号 번호 numer numarası numara číslo cislo n° nº",
    ),
    (IBAN, "iban ibans"),
    (BANK, "bank banque banco banca konto checking savings acct банк 银行 口座"),
    (ACCOUNT, "account acct acc konto conta rekening kontonr счет счёт 账户 账号 계좌"),
    (
        BANK.or(ACCOUNT).or(NUMBER),
        "kontonummer accountnumber accountno acctno acctnum bankaccount rekeningnummer bankgiro 口座番号 numerocuenta numerocompte cuentabancaria comptebancaire kontonr kontonr. cislouctu číslouctu čísloúčtu beneficiaryaccount accountnr numerkonta nrkonta rekening nomorrekening contocorrente numeroconto numerodeconta contabancaria hesapno hesapnumarası hesapnumarasi bankszámlaszám bankszamlaszam szamlaszam debitaccount creditaccount payeeaccount fromaccount toaccount destinationaccount sourceaccount номерсчета номерсчёта расчетныйсчет 账户号 银行账号 계좌번호",
    ),
    (ROUTING, "routing routingnumber aba rtn swift bic sortcode ifsc bsb blz bankleitzahl clabe swiftcode biccode"),
    (
        PHONE,
        "phone phones telephone tel mobile mobil cell cellphone phonenumber mobilephone mobilenumber telefon telefono teléfono telefone téléphone telefoon telefonnummer handy handynummer rufnummer portable celular movil móvil cellulare gsm msisdn fax whatsapp sms callerid caller dialed dial phoneno telno mobileno puhelin puhelinnumero mobilnummer komórka телефон тел моб мобильный 电话 手机 手机号 电话号码 電話 電話番号 携帯 전화 휴대폰 call called texted ring contactnumber smsto callme telefonu numertelefonu nomorhp nohp telefonszám telefonszam telefonní telefonni cislotelefonu telefonnicislo telefoonnummer telefonnr tlf tlfnr mobiltelefon sdt sođienthoai sốđiệnthoại telefonnumarası cep ceptelefonu nrtelefonu nrtel telno. τηλέφωνο контактныйтелефон номертелефона ipone_number callbacknumber faxnumber homephone workphone officephone emergencyphone contactno contactphone whatsappnumber fromnumber tonumber callernumber callingnumber callednumber destinationnumber dialednumber",
    ),
    (
        IP,
        "ip ips ipaddr ipaddress ipv4 ipv6 clientip remoteip sourceip srcip dstip xff forwarded remoteaddr peeraddr hostip",
    ),
    (CLIENT, "client remote peer source src forwarded visitor caller requester from origin"),
    (
        INFRA,
        "server host hostname node pod container cluster k8s kubernetes upstream gateway dns listen bind listener destination dst endpoint broker replica shard nameserver resolver loadbalancer lb vip subnet cidr interface docker network net vpc instance db database redis kafka backend proxy",
    ),
    (
        VERSION,
        "version versions ver release build agent useragent sdk runtime semver revision rev upgrade upgraded chrome firefox safari edg mozilla opr assembly dll firmware driver jre jdk kernel oid snmp section chapter fileversion",
    ),
    (MAC, "mac macaddress macaddr bssid hwaddr ethernet ether hwaddress chaddr station"),
    (
        SSN,
        "ssn socialsecurity socialsecuritynumber ssnumber socialsecurityno socsecno socsec ssnno ssnlast socialsecuritynum",
    ),
    (
        NATIONAL,
        "nationalid nationalidnumber idnumber nhs nino nin aadhaar aadhar uidai cpf cnpj dni nie nif cif curp cuit cuil rut bsn burgerservicenummer pesel personnummer personnumber cpr fodselsnummer fødselsnummer hetu henkilötunnus nrn rijksregisternummer insz nir insee codicefiscale steuerid steuernummer steueridentifikationsnummer idnr tckn tckimlik kimlik nric rrn mynumber medicare tfn itin sin nationalinsurance personalausweis ausweis ausweisnummer ausweisnr svnr sozialversicherungsnummer sozialversicherung ahv avs cnp egn oib jmbg ppsn pps inn инн снилс паспорт 身份证 身份证号 身份证号码 マイナンバー 個人番号 주민등록번호 주민번호 abn cedula cédula fiscale fiscal identidad identité identidade cni emso amka nationalinsurancenumber ninumber nhsnumber socialinsurancenumber permanentaccountnumber documentoidentidad documento codfiscale numerosecu sécu secu sécuritésociale securitesociale fnr kojinbango sfz jumin identitycard idcard zaid israeliid teudatzehut misparzehut zehut rodnecislo rodnéčíslo rodné codnumericpersonal contribuinte snils fin ahvn13 numeronational numéronational personaleid pnr asmenskodas ipn rnokpp noktp ktp nik isikukood personalcode tajszam taj tajszám cnh_cpf személyi szemelyiszam adoazonosito adószám cccd cmnd sosochộchiếu emirateid emiratesid civilid iqama idcardno idcardnumber idno iddocument identitynumber identitynum nationalidno nationalno cislo_op obcanskyprukaz dowodosobisty nrdowodu nip regon numerdowodu henkilotunnus cartaidentita cartadidentità carteidentite cartevitale numerosecuritesociale numsecu segurosocial numerosegurosocial nuss cedulaidentidad numerodocumento nrodocumento numerodni ssnit tckimlikno vatandaslik kimliknumarası afm dnr svnummer socialsikringsnummer kennitala steuernr identifikationsnummer patientid medicalrecordnumber mrn healthcard healthcardnumber healthinsurancenumber krankenversichertennummer kvnr versichertennummer rentenversicherungsnummer rvnr insuranceno memberid_health pesel_nr 居民身份证 证件号码 证件号 住民票コード 외국인등록번호 егн іпн рнокпп thaiid เลขประจำตัวประชาชน nomorindukkependudukan indukkependudukan nationalidcard 신분증 身份證 身分證",
    ),
    (
        PERSONAL,
        "national identity identification citizen personal insurance resident government govt state civil personnel persoonlijk identité",
    ),
    (TAX, "tax taxid taxpayer taxnumber vat steuer employerid federaltaxid"),
    (
        PASSPORT,
        "passport passports passportnumber passportno reisepass passnummer reisepassnummer pasaporte passeport passaporto passaporte paspoort pass-nr paszport pasport загранпаспорт 护照 护照号 パスポート 여권 traveldocument traveldoc pasaportno pasaport paszportu paspor nopaspor cestovnipas cestovnípas passinr passnr passno útlevél utlevel passaportonumero hochieu hộchiếu паспорта διαβατήριο 旅券 旅券番号 旅券號碼",
    ),
    (LICENCE, "license licence licencia permis patente lizenz licencja"),
    (
        DRIVER.or(LICENCE),
        "driverslicense driverslicence driverlicense driverlicence drivinglicence drivinglicense drivinglicencenumber führerschein fuehrerschein führerscheinnummer rijbewijs dlnumber driverlicensenumber 驾照 prawojazdy permisconduire permisdeconduire licenciaconducir licenciadeconducir patentediguida carnetdeconducir körkort kørekort førerkort ajokortti dl dln patenteguida cnh licencenodriver licensenodriver driverlicno drivinglicenceno dlno ehliyet ehliyetno sim_number vodicskypreukaz řidičskýprůkaz ridicskyprukaz vezetőiengedély jogositvany permisauto carteiradehabilitacao carteirahabilitacao kørekortnummer førerkortnummer körkortsnummer ajokorttinumero 驾驶证 운전면허 運転免許証 водительскоеудостоверение",
    ),
    (DRIVER, "driver drivers driving conduire conducir"),
    (
        BIRTH.or(DATE),
        "dob birthdate birthday dateofbirth dateofbirthday geburtsdatum geburtstag geboortedatum fechanacimiento datenaissance datanascita dtnasc bday 生日 出生日期 生年月日 생년월일 födelsedatum fødselsdato syntymäaika датарождения datumnarozeni datumnarození dogumtarihi doğumtarihi tanggallahir datebirth birthdt birth_dt birthdatetime dataurodzenia datanascimento fechadenacimiento fechanac datedenaissance datadinascita geboortedag fødselsdag födelsedag születésidátum szuletesidatum datanasterii datanașterii datumrodenja datumrođenja ngàysinh ngaysinh датанароджения рождение ημερομηνίαγέννησης dobirth bdate dateofbirthiso patientdob",
    ),
    (
        BIRTH,
        "birth born geboren geb naissance nacimiento nascimento nascita geboorte né née nacido nacida nato nata urodzenia urodzony рождения родился",
    ),
    (DATE, "date day year month datum fecha data dato дата anno année año"),
    (NAME, "name names naam nom navn namn nimi 名 名字 名前"),
    (
        NAME.or(GIVEN),
        "firstname lastname fullname middlename givenname familyname surname maidenname forename vorname nachname familienname prenom prénom nomdefamille apellido apellidos apellidopaterno primernombre nombrecompleto sobrenome nomecompleto cognome voornaam achternaam imie nazwisko fornamn efternamn fornavn etternavn efternavn etunimi sukunimi fname lname legalname realname nomprenom vollständigername фамилия отчество фио 姓名 姓 氏名 성명 nombre имя 이름 imię nome volledigenaam displayname firstnm lastnm fullnm namalengkap namadepan namabelakang adsoyad soyad soyadi soyadı prenume nume numele jméno jmeno příjmení prijmeni jmenoaprijmeni keresztnév vezetéknév teljesnév nev név imepriimek ime prezime vardas pavardė pavarde vārds uzvārds eesnimi perenimi fullständigtnamn fuldenavn fulltnavn kokonimi fullnavn voornamen roepnaam geslachtsnaam geburtsname nomusage nomnaissance nomcomplet nomeesobrenome apellidomaterno segundonombre primerapellido segundoapellido họtên hoten hovaten 名字 真实姓名 用户姓名 お名前 名前 성함 імя прізвище ονοματεπώνυμο givenname1 preferredname nickname_full förnamn الاسم שם",
    ),
    (
        NAME.or(PERSON),
        "cardholder cardholdername customername patientname employeename contactname recipientname personname payername guestname passengername accountholder kontoinhaber karteninhaber kundenname holdername buyername sendername clientname studentname authorname beneficiaryname beneficiary username_full holder titulaire titular inhaber drivername applicantname ownername signername payeename spousename parentname mothername mothersmaidenname fathername guardianname doctorname membername subscribername insuredname tenantname beneficiaryfullname shiptoname billtoname receivername nextofkin emergencycontact traveler_name travelername nameoncard cardname",
    ),
    (
        GIVEN,
        "first last full middle given family maiden legal real preferred completo complet complète vollständiger pełne display",
    ),
    (
        PERSON,
        "customer customers patient employee recipient holder contact passenger guest buyer sender student applicant payer payee person persons member subscriber billing shipping delivery kunde kunden patientin cliente klant mitarbeiter empleado spouse mother father child parent doctor physician nurse agentname traveler traveller tenant_contact donor candidate resident signer signatory reviewer attendee consignee insured borrower mieter empfänger destinatario destinataire klient пациент клиент",
    ),
    (
        ADDRESS,
        "address addresses adresse direccion dirección endereço endereco indirizzo adres adress adresa osoite адрес 地址 住所 주소 addressline addr",
    ),
    (STREET, "street strasse straße rue calle rua straat ulica gata streetname улица 街道 wohnort residence"),
    (
        STREET.or(ADDRESS),
        "streetaddress addressline1 addressline2 address1 address2 homeaddress shippingaddress billingaddress postaladdress mailingaddress deliveryaddress anschrift lieferadresse rechnungsadresse domicilio addressline shipto deliverto lives livesat residesat gatuadress alamat lakcím lakcim adresazamieszkania ulicainumer bydliste bydliště indirizzodiresidenza domicile direcciondeenvio adressepostale adresselivraison postadresse bezoekadres woonadres vejnavn katuosoite địachỉ diachi ev_adresi evadresi residentialaddress physicaladdress permanentaddress currentaddress addrline1 addrline2 addr1 addr2 addressstreet adresaposta straatnaam strassehausnummer",
    ),
    (POSTAL, "home residential postal mailing residence shipping billing delivery correspondence"),
    (
        ZIP,
        "zip zipcode postcode postalcode plz postleitzahl codepostal codigopostal cep 邮编 郵便番号 индекс postnummer kodpocztowy psc psč eircode pincode_zip irányítószám iranyitoszam codpostal postinumero postnr poskod kodepos postakodu zip4 ziporpostal zippostal почтовыйиндекс postalzip 우편번호 郵便 邮政编码",
    ),
    (LAT, "lat latitude breitengrad latitud geolat startlat endlat homelat"),
    (LON, "lon lng long longitude längengrad longitud geolon geolng"),
    (
        GEO,
        "geo geolocation location loc coordinates coordinate coords coord gps latlng latlon latlong position geopoint point geocode standort ubicacion",
    ),
    (
        USER,
        "user users enduser benutzer utilisateur usuario utente gebruiker użytkownik användare bruger bruker käyttäjä kullanıcı пользователь 用户 ユーザー 사용자 usr пользователя",
    ),
    (
        USER.or(LOGIN),
        "username userid login loginname logon userlogin loginid screenname nickname user_name accountname benutzername kennung anmeldename identifiant nomutilisateur nombreusuario gebruikersnaam användarnamn логин 用户名 ユーザー名 samaccountname upn principal handle signin enduserid userprincipalname имяпользователя brukernavn uname nazwauzytkownika nazwaużytkownika kullaniciadi kullanıcıadı namapengguna uživatelskéjméno uzivatelskejmeno brugernavn käyttäjätunnus kayttajatunnus nutzername nutzerkennung benutzerkennung nomeutente utilizador nomedeusuario nomeusuario felhasználónév felhasznalonev numeutilizator tênđăngnhập ユーザID 아이디 账号名 korisnickoime accountlogin loginuser userhandle screen_name ownerlogin",
    ),
    (DEVICE, "device advertising advertiser"),
    (
        IMEI,
        "imei imei1 imei2 imsi iccid meid idfa idfv gaid aaid adid androidid deviceid serialno udid adverstisingid advertisingid openudid simserial simserialnumber sim imeino imeinumber handsetimei deviceimei imeisv simno simcard androidadvertisingid vendorid deviceuuid deviceudid hardwareid",
    ),
    (VEHICLE, "vehicle car auto fahrzeug véhicule vehiculo veículo voiture"),
    (
        PLATE,
        "vin vinnumber plate plates licenseplate licenceplate numberplate registrationplate kennzeichen kfzkennzeichen immatriculation matricula matrícula targa fahrgestellnummer vehicleidentificationnumber chassisnumber chassis tablicarejestracyjna nummernschild carplate plateno plateno. platenumber licenseplatenumber regnumber regno registreringsnummer kentekenplaat kenteken numeroplaca placa numerotarga spz rendszám rendszam plaka plakano nomorpolisi госномер номерзнака 车牌 车牌号 ナンバープレート 번호판 vinno chassisno fahrzeugidentifikationsnummer numerochassis vin_code vincode",
    ),
    (
        WALLET,
        "wallet walletaddress btc bitcoin eth ethereum crypto blockchain ltc litecoin usdt xmr monero deposit payout withdrawal",
    ),
    (
        PASSWORD,
        "password passwords passwd pwd passphrase passcode passwort kennwort pw pword userpass userpassword dbpassword dbpass pgpassword mysqlpassword contraseña contrasena contrasenya clave motdepasse mdp senha wachtwoord hasło haslo lösenord losenord salasana adgangskode passord heslo jelszo jelszó parola şifre sifre пароль 密码 密碼 口令 パスワード 비밀번호 암호 userpwd loginpassword newpassword oldpassword currentpassword confirmpassword sshpass otp totp pincode pin pass pswd passw mfacode otpcode securityanswer securecode verificationcode kodepin pinnummer jelszava motdepass wachtwort contrasinal kata_sandi katasandi matkhau mật_khẩu lozinka slaptazodis slaptažodis parool šifra gesloo geslo κωδικός passwrd userpw adminpassword rootpassword sudopassword smtppassword ldappassword redispassword bindpassword keystorepassword truststorepassword sslpassword masterpassword temppassword temporarypassword initialpassword defaultpassword recoverycode backupcode onetimepassword onetimecode סיסמה كلمةالمرور كلمةالسر รหัสผ่าน पासवर्ड",
    ),
    (
        SECRET,
        "secret secrets clientsecret secretkey appsecret sharedsecret geheimnis segreto secreto segredo apisecret consumersecret webhooksecret",
    ),
    (
        TOKEN,
        "token accesstoken refreshtoken authtoken idtoken bearertoken apitoken sessiontoken csrftoken csrf xsrf jwt usertoken oauthtoken securitytoken jeton ficha xsrftoken authenticitytoken accesstokensecret personalaccesstoken sas",
    ),
    (KEY, "key keys schlüssel clé clef chave llave chiave sleutel"),
    (
        API.or(KEY),
        "apikey apikeys accesskey secretaccesskey authkey privatekey accountkey signingkey encryptionkey masterkey sharedkey sharedaccesskey accesskeyid licensekey xapikey subscriptionkey appkey ikey instrumentationkey ingestkey writekey ddapikey signature sig hmac applicationkey ddapplicationkey datadogapplicationkey",
    ),
    (API, "api access private signing encryption master shared subscription oauth ssh pgp gpg x-api aes rsa"),
    (
        AUTH,
        "authorization authorisation autorisation proxyauthorization xauthorization credential credentials creds authheader auth",
    ),
    (COOKIE, "cookie cookies setcookie"),
    (SESSION, "session sess sitzung sesion sesión"),
    (
        SESSION.or(ID),
        "sessionid jsessionid phpsessid sid sessid aspsessionid connect.sid asp.net_sessionid sessionkey xsessionid laravelsession",
    ),
    (
        META,
        "count counts length len size type types format valid invalid enabled disabled status policy provider method methods role roles scope scopes ttl expiry expires expired expiration expiration_date required optional limit limits total usage used max min prefix suffix strength reset changed change attempts attempt failed failure error errors source mode level domain domains brand network verified present exists lastfour last4 index field fields column label hint placeholder rule rules rotation age rotated updated created issuer algorithm alg hashing encoding encoded charset locale language lang country region currency amount balance list array map cache store manager service handler validator validation check template class module function filter parser schema table kind category flags flag group groups permissions preferences settings config configuration state step action event events tier plan subject title url uri path file dir directory endpoint timeout duration ratio percent score input output prompt completion cached budget per rate quota bucket buckets generator bits entries entry archive files bomb",
    ),
    (ID, "id ids uid guid identifier identifiant identificador kennung ident"),
    (
        TIME,
        "time timestamp ts epoch created updated modified expires since until duration elapsed ms millis nanos micros seconds unix uptime started finished nano start end deadline offset",
    ),
    (
        HASH,
        "hash sha sha1 sha256 sha512 md5 digest checksum etag commit git revision uuid guid trace traceid span spanid fingerprint crc nonce correlation correlationid requestid",
    ),
    (
        THING,
        "service host hostname file filename server process thread pod container image cluster namespace node topic queue table column database db schema index bucket class method function module package package_name event metric span operation method_name exporter library scope instance field element tag label job task pipeline stage step route template model product brand company organization organisation org project repo repository branch application component plugin feature experiment campaign domain dns zone region environment env group role policy device os browser interface pool worker consumer producer channel stream key variable parameter param argument header_name cookie file_name game team set stack layer rule signal attribute resource logger script test build check volume disk zone certificate category common type config state task secret city country state",
    ),
    (
        ORDER,
        "order orders invoice ticket transaction txn product sku article batch item items job tracking shipment case claim ref reference build port pid process thread row offset page seq sequence serial model part quantity partition record zip lot bucket shard epoch block height nonce version isbn ean upc gtin",
    ),
    (TAX.or(ID), "ein tin"),
    (BANK.or(ACCOUNT), "cuenta compte conto"),
    (CODE, "code codigo código kod"),
    (
        TITLE,
        "mr mrs ms miss mister dr prof sir madam dear herr herrn frau hallo monsieur madame mme señor señora sr sra signor signora sig meneer mevrouw hello hi hej pan pani",
    ),
    (URL, "url uri href link path route endpoint target"),
    (CITY, "city town ort stadt ville ciudad cidade city_name"),
    (AGENT, "agent"),
];
