//! What ifup-eth and ifup-ib complain of where the interface does not exist, with the interface's name in it.

use super::{Pattern, Speaker, missing};

// `Device ib0 does not seem to be present, delaying initialization.`
sentences! { pub(super) MISSING, Speaker::Anyone, missing, "", "";
    "as": "যন্ত্ৰ ", " সম্ভৱতঃ উপস্থিত নাই, কিছু বিলম্বে আৰম্ভ কৰা হ'ব";
    "bg": "Устройство ", " изглежда не е налично, инициализацията му ще се забави";
    "bn, bn_IN": "ডিভাইস ", " সম্ভবত উপস্থিত নেই, কিছু বিলম্বে আরম্ভ করা হবে";
    "bs, hr": "Izgleda da uređaj ", " nije prisutan. Inicijalizacija će biti odgođena";
    "ca": "El dispositiu ", " sembla que no estigui present i s'endarrerirà la inicialització";
    "cs": "Zařízení ", " zřejmě není přítomno, jeho inicializace byla odložena";
    "cy": "device ", " i weld yn bresennol, felly'n gohirio ymgychwyn";
    "da": "Enheden ", " ser ikke ud til at være tilstede, venter med initialisering";
    "de": "Gerät ", " scheint zu fehlen, Initialisierung verzögert";
    "el": "Η συσκευή ", " δε φαίνεται να υπάρχει, καθυστερώντας την αρχικοποίηση";
    "en_GB": "Device ", " does not seem to be present, delaying initialisation";
    "es": "El dispositivo ", " no parece estar presente, retrasando la iniciación";
    "et": "tundub, et seadet ", " ei ole olemas, hilinev lähtestamine";
    "fi": "Laitetta ", " ei näytä olevan läsnä, mikä viivästyttää alustusta";
    "fr": "Le périphérique ", " n’étant pas présent, son initialisation est retardée";
    "fur": "Il dispositîf ", " nol somee jessi presint, si ritarde la inizializazion";
    "gu": "ઉપકરણ ", " અસ્તિત્વમાં હોય એમ લાગતું નથી, પ્રારંભ કરવામાં વિલંબ છે";
    "hi": "युक्ति ", " मौजूद नहीं दिखता, आरंभीकरण में देर कर रहा है";
    "hu": "A(z) ", " eszköz nem érhető el, az előkészítés elhalasztása";
    "id": "Perangkat ", " tampaknya tidak ada, menunda inisialisasi";
    "is": "Tækið ", " virðist ekki vera til staðar. Fresta uppsetningu";
    "it": "Il dispositivo ", " non è presente. Sto ritardando l'inizializzazione";
    "ja": "デバイス ", " は存在しないようですので、初期化を遅らせます";
    "kn": "ಸಾಧನ ", " ವು ಇದ್ದಂತೆ ಕಾಣಿಸುತ್ತಿಲ್ಲ, ಆರಂಭವು ತಡವಾಗುತ್ತಿದೆ";
    "ko": "장치 ", " 가 존재하지 않는 것 같으며, 초기화를 지연합니다";
    "mai": "युक्ति ", " मोजुद नहि दिखैत अछि, आरंभीकरण मे देर कए रहल अछि";
    "mk": "Уредот ", " не е присутен, ја одложувам иницијализацијата";
    "ml": "Device ", " ലഭ്യമല്ല,അതിനാല്\u{200d} ഇനിഷ്യലൈസേഷന്\u{200d} താമസിക്കുന്നു";
    "mr": "यंत्र ", " उपस्थित असल्याचे जाणवत नाही, आरंभीकरण विलंबित करत आहे";
    "ms": "Peranti ", " nampaknya tidak ada, melengahkan permulaan";
    "nb": "Enhet ", " ser ikke ut til å være tilstede, venter med initiering";
    "nl": "Apparaat ", " is blijkbaar niet aanwezig, initialisatie uitgesteld";
    "or": "", " ଯନ୍ତ୍ର ଟି ଉପସ୍ଥିତ ଥିବା ପରି ଜଣାପଡୁ ନାହିଁ, ପ୍ରାରମ୍ଭିକରଣ ରେ ବିଳମ୍ବ କରୁଅଛି";
    "pa": "ਜੰਤਰ ", " ਮੌਜੂਦ ਨਹੀਂ ਲੱਗ ਰਿਹਾ ਹੈ, ਸ਼ੁਰੂਆਤ ਵਿੱਚ ਦੇਰੀ ਹੋ ਰਹੀ ਹੈ";
    "pl": "Nie odnaleziono urządzenia ", ", pomijanie inicjowania";
    "pt": "O dispositivo ", " parece não estar presente, inicialização adiada";
    "pt_BR": "Dispositivo ", " parece não estar presente, atrasando inicialização";
    "ro": "Dispozitivul ", " nu pare să fie prezent, se amână iniţializarea";
    "ru": "Похоже, что устройство ", " отсутствует. Инициализация отложена";
    "sk": "Zariadenie ", " vyzerá byť neprítomné, inicializácia odložená";
    "sl": "Ni videti, da bi v sistemu bila naprava ", ", inicializacija se zakasnjuje";
    "sr": "Уређај ", " изгледа да није присутан, одлажем иницијализацију";
    "sr@latin": "Uređaj ", " izgleda da nije prisutan, odlažem inicijalizaciju";
    "sv": "Enheten ", " verkar inte finnas, fördröjer initiering";
    "ta": "சாதனம் ", " இங்கு தோன்றவில்லை, துவக்குவதை தாமதப்படுத்துகிறது";
    "te": "సాధనం ", " ఉన్నట్లు లేదు, సంస్థాపనను మళ్లీ చేస్తోంది";
    "tr": "", " aygıtı hazır görünmüyor, başlatılması sonraya bırakılıyor";
    "uk": "Схоже що пристрій ", " відсутній, ініціалізацію відкладено";
    "zh_CN": "设备 ", " 似乎不存在";
    "zh_TW": "裝置 ", "並不存在";
    "zh_TW": "裝置 ", " 並不存在";
}
